import{a}from"./chunk-XL66RRQL.js";import"./chunk-G5SLKHC5.js";import"./chunk-DHRQNPTQ.js";export{a as reauthenticate};
