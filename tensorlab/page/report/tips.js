"use strict";
/* What a sign of a plot says, beside the pointer; a touch shows it too. Without scripts the browser's own tooltip does. */
(() => {
  const tip = document.getElementById("tip");
  for (const title of document.querySelectorAll("svg.plot .sign > title")) {
    title.parentElement.dataset.told = title.textContent;
    title.remove();
  }
  const hide = () => { tip.hidden = true; };
  const show = (event) => {
    const sign = event.target.closest ? event.target.closest("[data-told]") : null;
    if (!sign) { hide(); return; }
    tip.textContent = sign.dataset.told;
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    const left = Math.min(event.clientX + 14, innerWidth - box.width - 8);
    const above = event.clientY - box.height - 12;
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = `${above > 4 ? above : event.clientY + 18}px`;
  };
  addEventListener("pointermove", show);
  addEventListener("pointerdown", show);
  addEventListener("scroll", hide, { passive: true });
})();
