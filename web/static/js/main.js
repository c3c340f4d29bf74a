import"./chunk-FAJKAZU6.js";import{a as r}from"./chunk-OMZLP6MK.js";import"./chunk-X5QN4FH2.js";import{f as t}from"./chunk-DHRQNPTQ.js";t({reauthenticate:r});
