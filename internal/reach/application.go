package reach

import (
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/cfn"
)

const (
	applicationType = "AWS::Serverless::Application"
	serverlessMacro = "AWS::Serverless-2016-10-31"
)

// isKnownApplication reports whether r is an application whose interfaces are known: the macro of its type makes it a nested
// stack of a template that is published.
func isKnownApplication(r *cfn.Resource) bool {
	_, ok := interfacesOf(r)
	return ok && r.Type == applicationType
}

// interfacesOf says how a resource places interfaces: by its type, and an application by its id.
func interfacesOf(r *cfn.Resource) (catalog.Interfaces, bool) {
	if r.Type == applicationType {
		return applicationInterfaces(r.Get("Location").Get("ApplicationId"))
	}
	return catalog.InterfacesOf(r.Type)
}

// applicationInterfaces reads an id, or all that it can be where a mapping holds one for each partition: all must be known.
func applicationInterfaces(id cfn.Value) (out catalog.Interfaces, ok bool) {
	ids := id.PossibleTexts()
	if text, literal := id.Literal(); literal {
		ids = []string{text}
	}
	for _, each := range ids {
		if out, ok = catalog.ApplicationInterfaces(each); !ok {
			return catalog.Interfaces{}, false
		}
	}
	return out, ok
}

// resourceClass is the class of a resource: of its type, and of an application whose interfaces are known.
func resourceClass(r *cfn.Resource) catalog.Class {
	if _, ok := interfacesOf(r); ok {
		return catalog.Class{Kind: catalog.Places}
	}
	return catalog.ClassOf(r.Type)
}
