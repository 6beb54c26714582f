// @ts-check
/**
 * What the server says of a week, as types; nothing of this file runs.
 *
 * @typedef {{id: string, label: string}} Thing
 * @typedef {{id: string, label: string, kind: string}} Service
 * @typedef {{date: string, weekday: string, open: [string, string][]}} Day
 * @typedef {{date: string, start: string, room: string|null, therapist: string|null, modality: string}} Place
 *
 * @typedef {object} Session
 * @property {string} id
 * @property {string} date ISO date
 * @property {string} start HH:MM
 * @property {string} end HH:MM
 * @property {string} service
 * @property {string|null} group
 * @property {string|null} room
 * @property {string[]} therapists lead first
 * @property {string[]} participants
 * @property {string} modality
 * @property {boolean} pinned in this draft
 * @property {boolean} kept by rows of pins.csv
 * @property {{date: string, start: string, room: string|null, therapist: string|null}[]} left where rows of pins.csv ask for it in this week and it is not
 * @property {string[]} rules ids of the rules that it breaks
 * @property {"saved"|"moved"|"new"} origin
 * @property {Place & {end: string, therapists?: string[]}} [was] where the saved week has it
 *
 * @typedef {{id: string, participant?: string, group?: string, service: string, minutes: number, count: number}} Unplaced
 * @typedef {{sentence: string, remedy: string, sessions: string[], people: string[], room: string|null,
 *   staff?: string[], too?: string[], whole_group?: boolean}} BrokenPlace
 * @typedef {{rule: string, title: string, count: number, places: BrokenPlace[]}} Broken
 * @typedef {{name: string, label: string, value: number, unit: string, text: string}} Goal
 * @typedef {{name: string, label: string, now: number, then: number, unit: string, text: string}} GoalChange
 * @typedef {{id: string, label: string, start: string, end: string}} Block
 *
 * @typedef {object} Week
 * @property {number} revision
 * @property {string} week
 * @property {Day[]} days
 * @property {Thing[]} rooms
 * @property {Thing[]} staff
 * @property {Thing[]} groups
 * @property {Service[]} services
 * @property {Session[]} sessions
 * @property {Unplaced[]} unplaced
 * @property {Broken[]} broken
 * @property {Goal[]} goals
 * @property {{participant: string, minutes: number, missing: string[]}[]} short
 * @property {{can_undo: boolean, can_redo: boolean, [name: string]: any}} state
 * @property {number} [grid_minutes]
 * @property {Block[]} [blocks]
 * @property {Thing[]} [participants]
 *
 * @typedef {object} Verdict
 * @property {number} revision
 * @property {{new: Broken[], mended: Broken[], left: number}} broken
 * @property {GoalChange[]} goals
 * @property {{now: number, then: number}} short
 * @property {{participant: string, now: number, then: number}[]} [needs]
 */

export {};
