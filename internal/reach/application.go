package reach

import (
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/cfn"
)

const (
	applicationType = "AWS::Serverless::Application"
	serverlessMacro = "AWS::Serverless-2016-10-31"
)

// isKnownApplication reports whether r is an application whose interfaces are known. The macro of its type turns it into a nested stack
// of a published template.
func isKnownApplication(r *cfn.Resource) bool {
	_, ok := interfacesOf(r)
	return ok && r.Type == applicationType
}

// interfacesOf says how a resource places interfaces. An application is looked up by its id, any other resource by its type.
func interfacesOf(r *cfn.Resource) (catalog.Interfaces, bool) {
	if r.Type == applicationType {
		return applicationInterfaces(r.Get("Location").Get("ApplicationId"))
	}
	return catalog.InterfacesOf(r.Type)
}

// applicationInterfaces reads the id of an application. A mapping may hold one id for each partition; then all of them must be known.
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

// resourceClass returns the class of a resource's type. An application whose interfaces are known has a class of its own.
func resourceClass(r *cfn.Resource) catalog.Class {
	if _, ok := interfacesOf(r); ok {
		return catalog.Class{Kind: catalog.Places}
	}
	return catalog.ClassOf(r.Type)
}
