package filetest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
)

var (
	// goCode matches what is Go without a doubt.
	goCode = regexp.MustCompile(`\b(tiers|firewall|endpoints|waf|loadbalancer)\.\w+|\w*Props\b|\[\]string|map\[|\bAllow(To|From)\b|\bExcept\b`)
	// written matches what the user wrote.
	written = regexp.MustCompile(`"[^"]*"|\$\{[^}]*\}`)
	word    = regexp.MustCompile(`[A-Za-z0-9]+`)
	// oneWord matches a name that may also be a word at the beginning of a text, or a tier's id.
	oneWord = regexp.MustCompile(`^[A-Z]+[a-z0-9]*$`)
)

// alsoWords are names of the public packages that are also names of AWS, or words of its language.
var alsoWords = []string{
	"ARN", "CIDR", "CloudFront", "HTTP", "HTTPS", "ICMP", "IPAM", "IPv6", "MySQL", "NAT", "PostgreSQL", "Region", "S3", "Secrets", "SID",
	"SQL", "SSH", "TCP", "TLS", "UDP", "VPC", "WordPress",
}

// goIn returns what of a text is Go: code, and names of the public packages.
func goIn(text string) []string {
	out := goCode.FindAllString(text, -1)
	text = written.ReplaceAllString(text, "")
	for _, name := range word.FindAllString(text, -1) {
		if goNames()[name] && !slices.Contains(alsoWords, name) {
			out = append(out, name)
		}
	}
	return out
}

// goNames are the exported names of the public packages: fields, and everything whose name has several words.
var goNames = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for _, folder := range []string{"tiers", "tiers/loadbalancer", "firewall", "endpoints", "waf"} {
		files, err := filepath.Glob(filepath.Join(root(), folder, "*.go"))
		if err != nil || len(files) == 0 {
			panic("no Go files in " + folder)
		}
		for _, file := range files {
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			if err != nil {
				panic(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				collect(names, n)
				return true
			})
		}
	}
	return names
})

func collect(names map[string]bool, n ast.Node) {
	switch n := n.(type) {
	case *ast.Field:
		for _, name := range n.Names {
			add(names, name, true)
		}
	case *ast.ValueSpec:
		for _, name := range n.Names {
			add(names, name, false)
		}
	case *ast.FuncDecl:
		add(names, n.Name, false)
	case *ast.TypeSpec:
		add(names, n.Name, false)
	}
}

// add adds an exported name. Only a field's may be a single word.
func add(names map[string]bool, name *ast.Ident, isField bool) {
	if name.IsExported() && (isField || !oneWord.MatchString(name.Name)) {
		names[name.Name] = true
	}
}

// root returns the folder of the module.
func root() string {
	dir, err := os.Getwd()
	for ; err == nil; dir = filepath.Dir(dir) {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil || dir == filepath.Dir(dir) {
			break
		}
	}
	return dir
}
