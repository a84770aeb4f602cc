package document

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// importWord begins a text that stands for a value of another stack: "import NAME", with the name of its export.
const importWord = "import "

// importPattern is the pattern of such a text. importForm matches it as a whole.
const importPattern = importWord + `[A-Za-z0-9:-]{1,255}`

var importForm = lazyregexp.New("^" + importPattern + "$")

// ImportedName returns the name of the export that a text stands for. ok is false for a literal value.
func ImportedName(text string) (name string, ok bool) { return strings.CutPrefix(text, importWord) }

// ImportOf returns the text that stands for a value of another stack.
func ImportOf(name string) string { return importWord + name }

// isImport reports whether a text stands for a value of another stack.
func isImport(text string) bool { return strings.HasPrefix(text, importWord) }

// gatewayKinds are the kinds of gateways: the beginning of an id, and the word before the import of one.
var gatewayKinds = []struct {
	kind         arch.GatewayKind
	prefix, word string
}{
	{arch.TransitGateway, "tgw-", "transit-gateway"},
	{arch.PeeringConnection, "pcx-", "peering-connection"},
	{arch.VPNGateway, "vgw-", "vpn-gateway"},
}

// gatewayPattern is the pattern of a gateway: an id, or the kind and the import of an id, which does not tell its kind.
const gatewayPattern = `(?:tgw|pcx|vgw)-[0-9a-f]{8,17}|(?:transit-gateway|peering-connection|vpn-gateway) ` + importPattern

// ReadGateway returns the kind of a gateway and the text of its id, which may be an import. An unknown kind is no gateway.
func ReadGateway(text string) (kind arch.GatewayKind, id string) {
	for _, k := range gatewayKinds {
		if imported, ok := strings.CutPrefix(text, k.word+" "); ok {
			return k.kind, imported
		}
		if strings.HasPrefix(text, k.prefix) {
			return k.kind, text
		}
	}
	return arch.NoGateway, text
}

// WriteGateway returns a gateway as the file has it. id may be an import.
func WriteGateway(kind arch.GatewayKind, id string) string {
	if !isImport(id) {
		return id
	}
	for _, k := range gatewayKinds {
		if k.kind == kind {
			return k.word + " " + id
		}
	}
	return id
}

// notImported returns the error of a text that imports a value which has to be known when the file is read.
func (f form) notImported(text string) error {
	why := f.instead
	if why == "" {
		why = "the value must be known before the deployment, so it cannot be imported"
	}
	return fmt.Errorf("got %.80q; %s; allowed is %s", text, why, f.allowed)
}
