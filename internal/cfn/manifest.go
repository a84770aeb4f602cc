package cfn

import (
	"errors"
	"fmt"
	"os"
	"path"
	"strconv"
	"strings"
)

const manifestFile = "manifest.json"

// loadAssembly reads the stacks of a cloud assembly. It reads nothing outside the assembly's folder.
func loadAssembly(dir string, o *Options) (*Assembly, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("the cloud assembly cannot be read: %w", err)
	}
	defer func() { _ = root.Close() }()
	if _, err := root.Stat(manifestFile); errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%s is not a cloud assembly, because it has no %s; `cdk synth` writes an assembly to cdk.out", dir, manifestFile)
	}
	l := newLoader(o, func(file string) ([]byte, error) {
		return readInRoot(root, file)
	})
	l.dir = dir
	l.loadManifest(".", 0)
	l.nameByDisplay()
	return l.finish()
}

// loadManifest adds the stacks of the manifest in a folder of the assembly, and those of nested assemblies. There is
// one nested assembly per stage.
func (l *loader) loadManifest(dir string, depth int) {
	file := path.Join(dir, manifestFile)
	if depth > maxNesting {
		l.fail(file, 0, "assemblies are nested more than %d deep", maxNesting)
		return
	}
	root := l.template(file)
	if root != nil && !l.knownVersion(file, root) {
		return
	}
	artifacts := root.field("artifacts")
	if root != nil && artifacts == nil {
		l.fail(file, 0, "this is not the manifest of a cloud assembly: it has no artifacts")
	}
	if artifacts == nil {
		return
	}
	for i := range artifacts.items {
		artifact := &artifacts.items[i]
		properties := artifact.field("properties")
		switch artifact.literal("type") {
		case "aws:cloudformation:stack":
			l.stackArtifact(dir, artifact, properties)
		case "cdk:asset-manifest":
			l.assetManifest(dir, properties.literal("file"))
		case "cdk:cloud-assembly":
			nested := path.Join(dir, properties.literal("directoryName"))
			if _, seen := l.parsed[path.Join(nested, manifestFile)]; !seen {
				l.loadManifest(nested, depth+1)
			}
		}
	}
}

// newestManifest is the newest known version of the manifest. A newer version may change what the manifest means.
const newestManifest = 55

// knownVersion reports whether the manifest's version is known. Test assemblies and old assemblies have no version.
func (l *loader) knownVersion(file string, root *node) bool {
	version := root.field("version")
	if version == nil {
		return true
	}
	major, _, _ := strings.Cut(version.text, ".")
	number, err := strconv.Atoi(major)
	switch {
	case err != nil:
		l.fail(file, int(version.line), "the manifest's version must be three numbers with dots between them, got %q", clip(version.text))
	case number > newestManifest:
		l.fail(file, int(version.line), "the manifest has version %s, but the newest version that can be read is %d: "+
			"use a newer tierwall, or an older aws-cdk-lib",
			clip(version.text), newestManifest)
	default:
		return true
	}
	return false
}

func (l *loader) stackArtifact(dir string, artifact, properties *node) {
	template := properties.literal("templateFile")
	if template == "" {
		l.fail(path.Join(dir, manifestFile), int(artifact.line), "the stack %s has no templateFile", artifact.key)
		return
	}
	file := path.Join(dir, template)
	root := l.template(file)
	if root == nil {
		return
	}
	name := properties.literal("stackName")
	if name == "" {
		name = artifact.key
	}
	given := map[string]string{"AWS::StackName": name}
	place, _ := strings.CutPrefix(artifact.literal("environment"), "aws://")
	account, region, _ := strings.Cut(place, "/")
	if account != "" && account != "unknown-account" {
		given["AWS::AccountId"] = account
	}
	if region != "" && region != "unknown-region" {
		given["AWS::Region"] = region
	}
	if parameters := properties.field("parameters"); parameters != nil {
		for _, item := range parameters.items {
			if item.kind == textNode {
				given[item.key] = item.text
			}
		}
	}
	display := artifact.literal("displayName")
	if display == "" {
		display = path.Join(dir, artifact.key)
	}
	l.top = append(l.top, &scope{
		stack: &Stack{Name: name, File: file}, displayName: display,
		root: root, source: l.source(file), group: dir, given: given, paths: l.constructPaths(dir, artifact),
	})
}

// assetManifest records the names under which the files of an assembly are uploaded.
func (l *loader) assetManifest(dir, file string) {
	files := l.template(path.Join(dir, file)).field("files")
	if files == nil {
		return
	}
	for i := range files.items {
		source := files.items[i].field("source").literal("path")
		destinations := files.items[i].field("destinations")
		if source == "" || destinations == nil {
			continue
		}
		for j := range destinations.items {
			key := destinations.items[j].literal("objectKey")
			l.assets[assetKey{dir, path.Base(key)}] = source
		}
	}
}

// assetKey is the name of an uploaded file, which CDK derives from a hash, and the folder of its assembly.
type assetKey struct{ dir, name string }

// constructPaths maps each logical id to its construct paths, from a stack's metadata in the manifest or in a file
// beside it.
func (l *loader) constructPaths(dir string, artifact *node) map[string][]string {
	metadata := artifact.field("metadata")
	if file := artifact.literal("additionalMetadataFile"); metadata == nil && file != "" {
		metadata = l.template(path.Join(dir, file))
	}
	if metadata == nil {
		return nil
	}
	paths := map[string][]string{}
	for _, construct := range metadata.items {
		for i := range construct.items {
			if entry := &construct.items[i]; entry.literal("type") == "aws:cdk:logicalId" {
				id := entry.literal("data")
				paths[id] = append(paths[id], strings.TrimPrefix(construct.key, "/"))
			}
		}
	}
	return paths
}

// nameByDisplay renames stacks that are deployed under the same name to several places. It uses their paths in the app,
// or their files if the paths are equal too.
func (l *loader) nameByDisplay() {
	l.renameRepeated(func(s *scope) string { return s.displayName })
	l.renameRepeated(func(s *scope) string { return s.stack.File })
}
