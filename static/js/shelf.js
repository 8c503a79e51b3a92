// Where cards stay until they are put away: below the list on a desk, above everything on a phone.
export function shelf() {
  const known = document.getElementById("flow-cards");
  const home = matchMedia("(max-width: 52rem)").matches ? document.body : document.querySelector("[data-list]");
  const place = known ?? Object.assign(document.createElement("div"), { id: "flow-cards", className: "flow-cards" });
  if (place.parentElement !== home) home.append(place);
  return place;
}
