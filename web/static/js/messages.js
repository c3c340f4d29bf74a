import"./chunk-FHCUSOGX.js";import"./chunk-WYWLQUGN.js";import"./chunk-ZOWKR5PL.js";
