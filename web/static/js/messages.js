import"./chunk-FAJKAZU6.js";import"./chunk-X5QN4FH2.js";import"./chunk-DHRQNPTQ.js";
