/* Rows that can be ticked: their count, all of a page at once, a range with Shift, the key x. */
"use strict";
{
  const bar = () => document.querySelector("#bulk");
  const boxes = () => [...document.querySelectorAll('input[name="line"][form="bulk"]')];
  let last = null;

  function tell() {
    if (!bar()) return;
    const ticked = boxes().filter((box) => box.checked).length;
    const everything = bar().querySelector('[name="all"]');
    const all = document.querySelector("[data-tick-all]");
    boxes().forEach((box) => box.closest("tr").toggleAttribute("data-ticked", box.checked));
    bar().querySelector("[data-ticked]").textContent = everything?.checked ? "" : `${ticked} chosen`;
    bar().hidden = !ticked && !everything?.checked;
    if (all) {
      all.checked = ticked > 0 && ticked === boxes().length;
      all.indeterminate = ticked > 0 && ticked < boxes().length;
    }
  }

  function tickRange(box) {
    const list = boxes();
    const [from, to] = [list.indexOf(last), list.indexOf(box)].sort((a, b) => a - b);
    if (from >= 0) list.slice(from, to + 1).forEach((each) => (each.checked = box.checked));
  }

  document.addEventListener("click", (event) => {
    if (!event.target.matches('input[name="line"][form="bulk"]')) return;
    if (event.shiftKey && last) tickRange(event.target);
    last = event.target;
    tell();
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick-all]")) {
      boxes().forEach((box) => (box.checked = event.target.checked));
    }
    tell();
  });

  // Enter on a ticked box would send the form of changes by its first button; it opens the row.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches('tbody input[name="line"]')) return;
    event.preventDefault();
    event.target.closest("tr").querySelector(".row-link").click();
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches('select, textarea, input:not([type="checkbox"])');
    if (event.key !== "x" || event.ctrlKey || event.metaKey || event.altKey || typing) return;
    if (document.querySelector("dialog[open]")) return;
    const box = event.target.closest("tr")?.querySelector('input[name="line"]') ?? boxes()[0];
    if (!box) return;
    event.preventDefault();
    box.checked = !box.checked;
    last = box;
    if (!event.target.closest("tr")) box.focus();
    tell();
  });

  // What a browser ticks again by itself after going back is told too.
  addEventListener("pageshow", tell);
}
