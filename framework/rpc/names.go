package rpc

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ocsigo/start/framework/process"
)

var processPackage = reflect.TypeFor[process.Hub]().PkgPath()

// typeScriptName answers the name of a type that has one of its own. It begins with a capital, which also keeps it
// apart from TypeScript's own words. A generic type is named after what it is made of: Page[Message] is a
// PageOfMessage. Only a topic's notice is written out where it stands: the name would say no more, and not every key
// and value has one that it could be made of.
func typeScriptName(t reflect.Type) (string, error) {
	if t.PkgPath() == "" || isNotice(t) {
		return "", nil // int, []string, struct{…}
	}
	return plainName(t.Name())
}

func isNotice(t reflect.Type) bool {
	return t.PkgPath() == processPackage && strings.HasPrefix(t.Name(), "Notice[")
}

// plainName makes a name without brackets of a Go type's:
//
//	userID                                    UserID
//	Page[example.com/site/chat.Message]       PageOfMessage
//	Pair[int,[]string]                        PairOfIntAndStringList
func plainName(name string) (string, error) {
	head, arguments, generic := strings.Cut(strings.TrimSuffix(name, "]"), "[")
	head = head[strings.LastIndexByte(head, '/')+1:]
	head = head[strings.LastIndexByte(head, '.')+1:]
	head, _, _ = strings.Cut(head, "·") // which one of several of this name, inside of functions
	if !propertyName.MatchString(head) {
		return "", errors.New("a type parameter of this kind has no name in TypeScript")
	}
	plain := capital(head)
	if !generic {
		return plain, nil
	}
	for i, argument := range splitArguments(arguments) {
		part, err := argumentName(argument)
		if err != nil {
			return "", err
		}
		plain += []string{"Of", "And"}[min(i, 1)] + part
	}
	return plain, nil
}

// argumentName names what stands between the brackets of a generic type.
func argumentName(text string) (string, error) {
	for prefix, suffix := range map[string]string{"[]": "List", "*": "OrNull", "map[string]": "Map"} {
		if inner, found := strings.CutPrefix(text, prefix); found {
			name, err := argumentName(inner)
			return name + suffix, err
		}
	}
	return plainName(text)
}

// splitArguments splits at the commas that stand in no inner brackets.
func splitArguments(text string) (arguments []string) {
	depth, start := 0, 0
	for i, c := range text {
		switch {
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == ',' && depth == 0:
			arguments = append(arguments, text[start:i])
			start = i + 1
		}
	}
	return append(arguments, text[start:])
}

func capital(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[size:]
}

// typeNames are the named types of one registry. Go tells chat.Message from mail.Message by their packages;
// TypeScript sees one Message.
type typeNames map[string]*shape

// ownNames are those that the generated module has for itself.
var ownNames = []string{"Promise", "AsyncIterable", "Record", "Partial", "CallOptions", "ListenOptions", "StreamOptions"}

// add takes in the shapes and all they consist of. A nil shape is nothing.
func (n typeNames) add(shapes ...*shape) error {
	for _, s := range shapes {
		if s == nil {
			continue
		}
		known := n[s.name]
		switch {
		case s.name == "":
		case slices.Contains(ownNames, s.name):
			return fmt.Errorf("%v takes a name that the TypeScript client needs for itself", s.goType)
		case known == nil:
			n[s.name] = s
		case known.goType == s.goType:
			continue
		default:
			return fmt.Errorf("%v and %v have the same name in TypeScript", known.goType, s.goType)
		}
		if err := n.add(s.parts()...); err != nil {
			return err
		}
	}
	return nil
}

// parts are the shapes that this one is made of.
func (s *shape) parts() []*shape {
	parts := []*shape{s.key, s.elem}
	for _, f := range s.fields {
		parts = append(parts, f.shape)
	}
	if s.union != nil {
		for _, v := range s.union.variants {
			parts = append(parts, v.shape)
		}
	}
	return parts
}

var nameForm = regexp.MustCompile(`^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)*$`)

// validName accepts names such as session.disconnectAll.
func validName(name string) error {
	if !nameForm.MatchString(name) {
		return fmt.Errorf("%q: a name is made of lower camel words with dots between them, such as session.disconnectAll", name)
	}
	if strings.HasPrefix(name, "rpc.") {
		return fmt.Errorf("%q: JSON-RPC keeps the names in rpc. for itself", name)
	}
	return nil
}

// distinctNames refuses two names that cannot stand in the same client.
func distinctNames(a, b string) error {
	if len(b) < len(a) {
		a, b = b, a
	}
	switch {
	case a == b:
		return fmt.Errorf("%q is there twice", a)
	case strings.HasPrefix(b, a+"."):
		return fmt.Errorf("%q cannot hold %q: it is a function or an event, not a group", a, b)
	}
	return nil
}
