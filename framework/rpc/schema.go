package rpc

import (
	"slices"
)

// schema is a JSON Schema, draft 7.
type schema map[string]any

// schemaOf answers the schema as others mention it.
func (s *shape) schemaOf() schema {
	if s.name != "" {
		return schema{"$ref": "#/components/schemas/" + s.name}
	}
	return s.schemaLiteral(Docs{})
}

// schemaLiteral answers the schema written out.
func (s *shape) schemaLiteral(docs Docs) schema {
	switch s.kind {
	case kindNothing:
		return schema{"type": "object", "additionalProperties": false}
	case kindBool:
		return schema{"type": "boolean"}
	case kindString, kindText:
		return schema{"type": "string"}
	case kindEnum:
		return schema{"type": "string", "enum": s.values}
	case kindTime:
		return schema{"type": "string", "format": "date-time"}
	case kindBytes:
		return schema{"type": "string", "contentEncoding": "base64"}
	case kindInteger:
		return schema{"type": "integer", "minimum": s.min, "maximum": s.max}
	case kindFloat:
		return schema{"type": "number"}
	case kindList:
		return schema{"type": "array", "items": s.elem.schemaOf()}
	case kindTuple:
		return schema{"type": "array", "items": s.elem.schemaOf(), "minItems": s.length, "maxItems": s.length}
	case kindMap:
		return schema{"type": "object", "propertyNames": s.key.keySchema(), "additionalProperties": s.elem.schemaOf()}
	case kindObject:
		return s.objectSchema(docs)
	case kindUnion:
		return schema{"oneOf": each(s.union.variants, func(v variant) schema { return v.shape.objectSchema(docs) })}
	case kindNullable:
		return schema{"anyOf": []schema{s.elem.schemaOf(), {"type": "null"}}}
	}
	return schema{} // anything
}

func (s *shape) objectSchema(docs Docs) schema {
	properties, required := schema{}, []string{}
	for _, f := range s.fields {
		properties[f.name] = described(f.shape.schemaOf(), docs.ofField(f))
		if !f.optional {
			required = append(required, f.name)
		}
	}
	return schema{"type": "object", "properties": properties, "required": slices.Sorted(slices.Values(required)), "additionalProperties": false}
}

// keySchema describes the names of a map's members, which are strings whatever the key is in Go.
func (s *shape) keySchema() schema {
	if s.kind == kindInteger {
		return schema{"pattern": "^(0|-?[1-9][0-9]*)$"}
	}
	return s.schemaOf()
}

// described adds a description. Beside a reference none counts, so it stands around it.
func described(s schema, doc string) schema {
	switch {
	case doc == "":
		return s
	case s["$ref"] != nil:
		return schema{"description": doc, "allOf": []schema{s}}
	}
	s["description"] = doc
	return s
}
