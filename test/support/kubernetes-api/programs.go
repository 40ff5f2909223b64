//go:build tools

// Package programs pins what the tests build: an API server of Kubernetes, the database below it, and kubectl.
package programs

import (
	_ "go.etcd.io/etcd/server/v3/etcdmain"
	_ "k8s.io/kubectl/pkg/cmd"
	_ "k8s.io/kubernetes/cmd/kube-apiserver/app"
)
