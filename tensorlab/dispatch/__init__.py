"""What ran: functions and operations, as they were called, with what they were given and what they gave."""
