"""Deep graphs built, captured and freed in processes of their own, where a crash is a finding."""
