// Prints what ical.js makes of a calendar file: node read_calendar.js FILE
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const root = new ICAL.Component(ICAL.parse(readFileSync(process.argv[2], "utf8")));
for (const part of root.getAllSubcomponents("vtimezone")) {
  ICAL.TimezoneService.register(new ICAL.Timezone(part));
}
const instant = (time) => time.toJSDate().toISOString();
const events = root.getAllSubcomponents("vevent").map((part) => {
  const event = new ICAL.Event(part);
  return {
    uid: event.uid,
    summary: event.summary,
    description: event.description,
    sequence: event.sequence,
    status: part.getFirstPropertyValue("status"),
    zone: event.startDate.zone.tzid,
    start: instant(event.startDate),
    end: instant(event.endDate),
  };
});
const types = Object.fromEntries(root.getAllProperties().map((property) => [property.name, property.type]));
console.log(JSON.stringify({ events, types }));
