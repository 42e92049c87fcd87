"use strict";
// Runs before the page is drawn: the theme that was chosen last, so that no page flashes in the other one first.
// A file:// page may have no storage; then the system's own theme holds, as it does where nothing was chosen.
try {
  const chosen = localStorage.getItem("scanner-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // nothing was chosen
}
