/* What the browser adds to pages that work without it: theme, dialogs with an address, copying, keys. */
"use strict";
{
  const root = document.documentElement;
  const TOAST_STAYS = 10_000; // milliseconds
  const find = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Theme. This file is loaded in the head, so that the stored choice is set before the first paint.
  root.classList.add("js");
  try {
    const stored = localStorage.getItem("theme");
    if (stored === "light" || stored === "dark") root.dataset.theme = stored;
  } catch {
    // Storage may be forbidden; the system's theme stays.
  }

  const isDark = () =>
    root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

  function switchTheme() {
    root.dataset.theme = isDark() ? "light" : "dark";
    try {
      localStorage.setItem("theme", root.dataset.theme);
    } catch {
      // The choice then lasts for this page.
    }
  }

  // Toasts are drawn from the page's own template, as text, never as markup.
  function say(sentence) {
    const copy = find("#toast-template").content.cloneNode(true);
    find(".told", copy).textContent = sentence;
    find("#toasts").append(copy);
    setTimeout(clearToasts, TOAST_STAYS);
  }

  // A toast that is being read, or holds something to press, stays.
  const clearToasts = () =>
    all(".toast").forEach((toast) => toast.matches(":hover, :focus-within, :has(a, form)") || toast.remove());
  document.addEventListener("DOMContentLoaded", () => setTimeout(clearToasts, TOAST_STAYS));

  // Copying
  async function copy(button) {
    const source = button.dataset.copyFrom ? find(button.dataset.copyFrom) : null;
    const text = source ? (source.value ?? source.textContent.trim()) : button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      say("The browser did not let us copy. Select the text and copy it yourself.");
      return;
    }
    const word = find("[data-word]", button);
    word.dataset.before ??= word.textContent;
    word.textContent = "Copied";
    button.classList.add("copied");
    find("#announce").textContent = "Copied";
    setTimeout(() => {
      word.textContent = word.dataset.before;
      button.classList.remove("copied");
      find("#announce").textContent = "";
    }, 2000);
  }

  // Dialogs. A link with data-drawer or data-dialog opens its page's fragment beside the list and
  // lends the dialog its address, so that what is in the address bar can be pasted to a colleague.
  let opened = null;
  // One link a row: the one that opens its drawer, else the one that names it.
  const rows = () =>
    all("main tbody tr").flatMap((row) => find("a[data-drawer]", row) ?? find("a.row-link", row) ?? []);

  function openLink(link) {
    const dialog = find("drawer" in link.dataset ? "#drawer" : "#dialog");
    if (!dialog || !window.htmx) return false;
    const home = opened ? opened.home : location.href;
    opened = { dialog, link, home };
    markRow(link);
    if (!dialog.open) {
      dialog.replaceChildren(find("#loading-template").content.cloneNode(true));
      dialog.showModal();
    }
    history.replaceState(history.state, "", link.href);
    window.htmx.ajax("GET", link.href, { target: dialog, swap: "innerHTML" });
    return true;
  }

  function markRow(link) {
    all("tr.selected[data-open]").forEach((row) => {
      row.classList.remove("selected");
      delete row.dataset.open;
    });
    const row = link?.closest("tr");
    if (!row) return;
    row.classList.add("selected");
    row.dataset.open = "";
  }

  function closed(dialog) {
    if (opened?.dialog !== dialog) return;
    history.replaceState(history.state, "", opened.home);
    markRow(null);
    opened.link.focus();
    opened = null;
    dialog.replaceChildren();
  }

  function nameDialog(dialog) {
    const title = find("h2", dialog);
    if (title) dialog.setAttribute("aria-label", title.textContent.trim());
    find("[autofocus]", dialog)?.focus();
  }

  function walk(step) {
    const list = rows();
    const focused = document.activeElement.closest("tr");
    const here = list.findIndex((link) => (opened ? link === opened.link : focused?.contains(link)));
    const next = list[here < 0 ? (step > 0 ? 0 : list.length - 1) : here + step];
    if (!next) return;
    if (opened) openLink(next);
    else next.focus();
  }

  // The palette: the search page in a dialog. Arrows walk through what it found.
  function openPalette(typed) {
    const palette = find("#palette");
    if (!palette || !window.htmx || find("dialog[open]:not(#palette)")) return false;
    const box = find("input", palette);
    if (!palette.open) {
      box.value = typed;
      palette.showModal();
    }
    box.select();
    window.htmx.trigger(box, "open");
    return true;
  }

  function walkFound(palette, step) {
    const list = [find("input", palette), ...all("#palette-found :is(a, button)", palette)];
    list.at((list.indexOf(document.activeElement) + step) % list.length).focus();
  }

  // Keys, off while typing, and for who does not want them
  let afterG = 0;
  const typing = (element) =>
    element.isContentEditable ||
    element.matches("select, textarea, input:not([type=checkbox], [type=radio])");
  const KEYS_OFF = "keys-off";
  const keysAreOff = () => {
    try {
      return localStorage.getItem(KEYS_OFF) !== null;
    } catch {
      return false; // without storage they cannot be turned off for longer than a page
    }
  };

  function turnKeys(box) {
    try {
      if (box.checked) localStorage.removeItem(KEYS_OFF);
      else localStorage.setItem(KEYS_OFF, "");
    } catch {
      say("The browser keeps no settings for this site, so the keys stay as they are.");
    }
  }

  function showKeys() {
    const dialog = find("#keys");
    find("[data-keys]", dialog).checked = !keysAreOff();
    dialog.showModal();
  }

  // A key presses the control that names it, in the open dialog or on the page.
  const control = (key) => find(`[data-key="${CSS.escape(key)}"]`, find("dialog[open]") ?? document);
  function press(pressed) {
    if (!pressed) return;
    if (pressed.matches("input")) pressed.closest("details").open = true;
    pressed.click();
    pressed.focus();
  }

  function goTo(key) {
    const link = find(`a[data-go="${CSS.escape(key)}"]`);
    if (link) location.assign(link.href);
    return Boolean(link);
  }

  const keys = {
    "/": () => (find("main input[type=search]") ?? find("input[type=search]"))?.focus(),
    j: () => walk(1),
    k: () => walk(-1),
    "?": showKeys,
  };
  const inDrawer = new Set(["j", "k"]);
  const onControls = new Set(["a", "c", "e", "m"]);

  document.addEventListener("keydown", (event) => {
    const chip = event.key === "Escape" && event.target.closest("details.chip[open]");
    if (chip) {
      chip.open = false;
      find("summary", chip).focus();
    }
    const palette = event.target.closest("#palette");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (palette && event.key === "Escape") {
      event.preventDefault(); // the browser would first empty the box
      event.target.blur(); // it would keep the focus, hidden, until the next frame
      return palette.close();
    }
    if (palette && step) {
      event.preventDefault();
      return walkFound(palette, step);
    }
    const jumping = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k";
    if (jumping && openPalette("")) return event.preventDefault();
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || keysAreOff()) return;
    const waiting = Date.now() - afterG < 1200;
    afterG = 0;
    const open = find("dialog[open]");
    if (open && !inDrawer.has(event.key) && !onControls.has(event.key)) return;
    if (waiting && goTo(event.key)) return event.preventDefault();
    if (event.key === "g") {
      afterG = Date.now();
    } else if (onControls.has(event.key)) {
      press(control(event.key));
    } else if (Object.hasOwn(keys, event.key)) {
      event.preventDefault();
      keys[event.key]();
    }
  });

  const presses = {
    theme: switchTheme,
    menu: () => find("#menu").showModal(),
    keys: showKeys,
    close: (button) => button.closest("dialog")?.close(),
    dismiss: (button) => button.closest(".toast").remove(),
    previous: () => walk(-1),
    next: () => walk(1),
  };

  document.addEventListener("click", (event) => {
    // Beside a dialog means away from it, except where something typed could be lost.
    if (event.target.matches("dialog[open]:not(#dialog)")) return event.target.close();
    const copying = event.target.closest("[data-copy], [data-copy-from]");
    if (copying) return copy(copying);
    const pressed = event.target.closest("[data-press]");
    if (pressed) {
      if (pressed.matches("a")) event.preventDefault();
      return presses[pressed.dataset.press]?.(pressed);
    }
    const jump = event.target.closest("[data-palette] input");
    if (jump && openPalette(jump.value)) return;
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    const link = event.target.closest("a[data-drawer], a[data-dialog]");
    if (link && plain && openLink(link)) event.preventDefault();
    all("details.chip[open]").forEach((chip) => chip.contains(event.target) || (chip.open = false));
  });

  // "close" does not bubble, so it is caught on its way down.
  document.addEventListener("close", (event) => closed(event.target), true);
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-keys]")) turnKeys(event.target);
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });

  // htmx
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = find('meta[name="csrf-token"]').content;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.matches("dialog")) nameDialog(event.detail.target);
  });
  for (const failure of ["htmx:responseError", "htmx:sendError"]) {
    document.addEventListener(failure, () => {
      opened?.dialog.close();
      say("That did not load. Nothing was changed; please try again.");
    });
  }
}
