"use strict";
(() => {
  const value = (row, place) => {
    const text = row.cells[place].textContent;
    const number = Number(text);
    return text !== "" && Number.isFinite(number) ? number : text;
  };
  const order = (one, other) => {
    if (one === other) return 0;
    if (one === "" || other === "") return one === "" ? 1 : -1;
    if (typeof one === typeof other) return one < other ? -1 : 1;
    return typeof one === "number" ? -1 : 1;
  };
  for (const table of document.querySelectorAll("table[data-sorted]")) {
    const heads = [...table.tHead.rows[0].cells];
    const body = table.tBodies[0];
    heads.forEach((head, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const isDown = head.getAttribute("aria-sort") === "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", isDown ? "descending" : "ascending");
        const rows = [...body.rows].map((row) => [value(row, place), row]);
        rows.sort((one, other) => {
          const found = order(one[0], other[0]);
          return isDown && one[0] !== "" && other[0] !== "" ? -found : found;
        });
        body.append(...rows.map(([, row]) => row));
      });
    });
  }
})();
