package arch_test

import (
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/gen/filetest"
)

func init() { arch.CompareDialects = filetest.Compare }
