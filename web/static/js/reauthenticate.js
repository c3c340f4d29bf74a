import{a}from"./chunk-Q7YLYXY6.js";import"./chunk-U6JVLLCO.js";import"./chunk-MLOU2QLB.js";export{a as reauthenticate};
