// Filter and search of the findings. The report is complete without it; nothing is loaded, nothing is made from text.
"use strict";
(function () {
  const tools = document.getElementById("tools");
  const cards = Array.from(document.querySelectorAll("details.card"));
  const texts = cards.map((card) => card.textContent.toLowerCase());
  const search = document.getElementById("search");
  const choices = ["verdict", "level", "module"].map((name) => [name, document.getElementById("only-" + name)]);
  const shown = document.getElementById("shown");

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    cards.forEach((card, index) => {
      const chosen = choices.every(([name, choice]) => !choice.value || card.dataset[name] === choice.value);
      card.hidden = !(chosen && words.every((word) => texts[index].includes(word)));
      count += card.hidden ? 0 : 1;
    });
    shown.textContent = count + " of " + cards.length + " findings shown";
  }

  function openAll(state) {
    cards.forEach((card) => { card.open = state; });
  }

  if (!tools || cards.length === 0) {
    return;
  }
  tools.hidden = false;
  search.addEventListener("input", filter);
  choices.forEach(([, choice]) => choice.addEventListener("change", filter));
  document.getElementById("open-all").addEventListener("click", () => openAll(true));
  document.getElementById("close-all").addEventListener("click", () => openAll(false));
  window.addEventListener("beforeprint", () => openAll(true));
  filter();
})();
