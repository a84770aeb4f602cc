package arch

import "encoding/json"

// ImportValue returns the symbol of a value that another stack exports.
func ImportValue(export string) string {
	text, err := json.Marshal(map[string]string{"Fn::ImportValue": export})
	if err != nil {
		return "" // Texts can be written.
	}
	return string(text)
}

// ImportedExport returns the name of the export that a symbol stands for. ok is false for other symbols.
func ImportedExport(symbol string) (export string, ok bool) {
	var value struct {
		Export string `json:"Fn::ImportValue"`
	}
	err := json.Unmarshal([]byte(symbol), &value)
	return value.Export, err == nil && value.Export != ""
}
