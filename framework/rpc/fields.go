package rpc

import (
	"cmp"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

func (d describer) describeFields(t reflect.Type, path string, outer []reflect.Type) ([]field, error) {
	var fields []field
	for f := range t.Fields() {
		more, err := d.describeField(t, f, path+"."+f.Name, outer)
		if err != nil {
			return nil, err
		}
		for _, m := range more {
			if slices.ContainsFunc(fields, func(f field) bool { return f.name == m.name }) {
				return nil, fmt.Errorf("%s.%s: there is another field %q", path, m.goName, m.name)
			}
			fields = append(fields, m)
		}
	}
	return fields, nil
}

// describeField answers no field for what does not cross the wire, one as a rule, and for an embedded struct all of its
// fields, which JSON lifts into the outer object.
func (d describer) describeField(owner reflect.Type, f reflect.StructField, path string, outer []reflect.Type) ([]field, error) {
	tag, tagged := f.Tag.Lookup("json")
	if tag == "-" || !tagged && !f.IsExported() && !f.Anonymous {
		return nil, nil
	}
	name, optional, err := readTag(tag)
	embedded := f.Anonymous && name == ""
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", path, err)
	case embedded && !optional && f.Type.Kind() == reflect.Struct:
		return d.describeEmbedded(f.Type, path, outer)
	case embedded && f.Type.Kind() == reflect.Pointer:
		return nil, refuse(path, f.Type, "embed the struct itself, or give the field a json name")
	case embedded:
		return nil, fmt.Errorf("%s: an embedded field needs a json name", path)
	case !f.IsExported():
		return nil, fmt.Errorf("%s: it has a json name but is not exported", path)
	}
	name = cmp.Or(name, f.Name)
	if !propertyName.MatchString(name) || name == "__proto__" {
		return nil, fmt.Errorf("%s: %q is no plain property name in JavaScript", path, name)
	}
	t := f.Type
	if optional && t.Kind() == reflect.Pointer {
		t = t.Elem() // nil is what is left out, and never null
	}
	s, err := d.describe(t, path, outer)
	return []field{{name: name, goName: f.Name, owner: owner, shape: s, optional: optional}}, err
}

// describeEmbedded answers the fields of an embedded struct. It may be one that is still being described around
// this one, so its own shape is of no use.
func (d describer) describeEmbedded(t reflect.Type, path string, outer []reflect.Type) ([]field, error) {
	if encodesItself(t) {
		return nil, refuse(path, t, "it encodes itself")
	}
	fields, err := d.describeFields(t, path, outer)
	if err == nil && len(fields) == 0 {
		err = refuse(path, t, "it has no fields to send")
	}
	return fields, err
}

var propertyName = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*$`)

func readTag(tag string) (name string, optional bool, err error) {
	name, options, more := strings.Cut(tag, ",")
	for more {
		var option string
		option, options, more = strings.Cut(options, ",")
		if option != "omitzero" && option != "omitempty" {
			return "", false, fmt.Errorf("the json option %q does not cross the wire", option)
		}
		optional = true
	}
	return name, optional, nil
}
