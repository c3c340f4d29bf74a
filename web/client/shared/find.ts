/** Finds an element that the page has, by its id. */
export const find = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E
