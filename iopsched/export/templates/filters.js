"use strict";
(() => {
  const form = document.getElementById("filters");
  const shown = document.getElementById("shown");
  const picks = [...form.querySelectorAll("select")];
  const sessions = [...document.querySelectorAll("[data-session]")];
  const has = (element, name, number) => (element.dataset[name] || "").split(" ").includes(number);

  const show = () => {
    const asked = picks.filter((pick) => pick.value !== "");
    const people = new Set();
    const groups = new Set();
    let count = 0;
    for (const session of sessions) {
      const fits = asked.every((pick) => has(session, pick.name, pick.value));
      session.hidden = !fits;
      if (fits) {
        count += 1;
        for (const number of (session.dataset.participant || "").split(" ")) people.add(number);
        for (const number of (session.dataset.group || "").split(" ")) groups.add(number);
      }
    }
    for (const line of document.querySelectorAll("[data-line]")) {
      line.hidden = !line.querySelector("[data-session]:not([hidden])");
    }
    const person = asked.find((pick) => pick.name === "participant");
    for (const row of document.querySelectorAll("[data-person]")) {
      row.hidden = person ? row.dataset.person !== person.value : asked.length > 0 && !people.has(row.dataset.person);
    }
    for (const row of document.querySelectorAll("[data-roster]")) {
      row.hidden = asked.length > 0 && !(row.dataset.roster !== "" && groups.has(row.dataset.roster));
    }
    for (const part of document.querySelectorAll("[data-part]")) {
      const rows = part.dataset.part;
      const isTold = rows === "" ? asked.length === 0 : part.querySelector(`${rows}:not([hidden])`) !== null;
      part.hidden = !isTold || (person && part.id === "groups");
    }
    const names = asked.map((pick) => `${pick.name} ${pick.selectedOptions[0].text}`);
    shown.textContent = asked.length === 0
      ? `All ${sessions.length} sessions are shown.`
      : `${count} of ${sessions.length} sessions are shown: ${names.join(", ")}. What concerns the whole week is hidden.`;
    shown.classList.toggle("filtered", asked.length > 0);
  };

  form.hidden = false;
  form.addEventListener("change", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(show, 0));
  window.addEventListener("pageshow", show);
})();
