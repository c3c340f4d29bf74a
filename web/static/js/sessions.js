import{a as e}from"./chunk-ZWBNDJJW.js";import{a as r}from"./chunk-X5QN4FH2.js";import{c as s}from"./chunk-DHRQNPTQ.js";s("#session-list",(i,o)=>e(i,o,()=>r.sessions.tabs(o)));
