import{a}from"./chunk-RRKVWAIX.js";import"./chunk-FOQ6CC7I.js";import"./chunk-HLAJ3VXY.js";export{a as reauthenticate};
