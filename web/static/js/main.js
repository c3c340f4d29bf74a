import{a as r}from"./chunk-XL66RRQL.js";import"./chunk-G5SLKHC5.js";import{f as t}from"./chunk-DHRQNPTQ.js";t({reauthenticate:r});
