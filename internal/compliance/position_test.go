package compliance_test

import "github.com/tierwall/tierwall/internal/diag"

func position(line int) diag.Position { return diag.Position{File: "main.go", Line: line} }
