package importer

import "github.com/tierwall/tierwall/internal/gen/document"

func (i *importer) endpoints()                                           {}
func (i *importer) webACLs()                                             {}
func (i *importer) dropUses(*document.Document, map[int]string) bool     { return false }
func (i *importer) dropWebACLs(*document.Document, map[int]string) bool  { return false }
