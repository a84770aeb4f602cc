//go:build !(linux || darwin || freebsd || netbsd || openbsd)

package cli

import "os"

// terminalWidth returns 0: the width of consoles is not asked for.
func terminalWidth(*os.File) int { return 0 }
