// Comforts on top of pages that work without them: everything here may fail and nothing is lost.
(() => {
  "use strict";

  // What only a script can do stays hidden until a script is there to do it.
  const reveal = (scope) => {
    for (const element of scope.querySelectorAll("[data-js]")) element.hidden = false;
  };

  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (menu !== except) menu.open = false;
    }
  };

  const copy = async (button) => {
    const source = document.getElementById(button.dataset.copy);
    if (!source) return;
    await navigator.clipboard.writeText(source.textContent.trim());
    const label = button.querySelector("[data-copy-label]");
    if (!label) return;
    const before = label.textContent;
    label.textContent = button.dataset.copyDone || before;
    setTimeout(() => { label.textContent = before; }, 2000);
  };

  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest("details.menu"));
    const closer = event.target.closest("[data-close]");
    if (closer) closer.closest(closer.dataset.close)?.remove();
    const copier = event.target.closest("[data-copy]");
    if (copier) copy(copier).catch(() => {});
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.("details.menu[open]");
    closeMenus();
    menu?.querySelector("summary")?.focus();
  });

  // A second press on a button that already sent its form sends nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.getAttribute("aria-busy") === "true") event.preventDefault();
    else form.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    event.target.closest?.("form")?.removeAttribute("aria-busy");
  });

  // A poll that ends at the sign-in page means the session is over: show that page, not a piece of it.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const arrived = event.detail.xhr?.responseURL;
    if (arrived && new URL(arrived).pathname.startsWith("/accounts/login")) {
      event.detail.shouldSwap = false;
      location.reload();
    }
  });

  // Filters marked so apply when a choice changes; the button stays for everyone else.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    if (form && event.target.matches("select, input[type=checkbox], input[type=radio]")) {
      form.requestSubmit();
    }
  });

  document.addEventListener("DOMContentLoaded", () => reveal(document));
  document.addEventListener("htmx:afterSettle", (event) => reveal(event.target));
})();
