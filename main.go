// Command tierwall proves what CloudFormation templates carry, shows it, and compares it.
package main

import (
	"os"

	"github.com/tierwall/tierwall/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
