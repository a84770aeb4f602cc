package importer

import "github.com/tierwall/tierwall/internal/gen/document"

func (i *importer) webACLs()                                            {}
func (i *importer) dropWebACLs(*document.Document, map[int]string) bool { return false }
