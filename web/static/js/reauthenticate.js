import{a}from"./chunk-OMZLP6MK.js";import"./chunk-X5QN4FH2.js";import"./chunk-DHRQNPTQ.js";export{a as reauthenticate};
