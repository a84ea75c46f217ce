// Reads the cases of print-policy-cases.ts, one JSON object a line, and prints what the policy matcher of cyclonus says to each:
// two strings of bits in base64, egress and ingress, the first case in the highest bit.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"

	"github.com/mattfenwick/cyclonus/pkg/matcher"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
)

type end struct {
	Namespace *string           `json:"namespace"`
	Labels    map[string]string `json:"labels"`
	IP        string            `json:"ip"`
}

type question struct {
	Namespaces map[string]map[string]string  `json:"namespaces"`
	From       end                           `json:"from"`
	To         end                           `json:"to"`
	Protocol   corev1.Protocol               `json:"protocol"`
	Number     int                           `json:"number"`
	PortName   string                        `json:"portName"`
	Policies   []*networkingv1.NetworkPolicy `json:"policies"`
}

func peer(e end, namespaces map[string]map[string]string) *matcher.TrafficPeer {
	if e.Namespace == nil {
		return &matcher.TrafficPeer{IP: e.IP}
	}
	return &matcher.TrafficPeer{IP: e.IP, Internal: &matcher.InternalPeer{
		PodLabels: e.Labels, NamespaceLabels: namespaces[*e.Namespace], Namespace: *e.Namespace,
	}}
}

// withDefaults does what the API server does to a policy without policyTypes.
func withDefaults(policy *networkingv1.NetworkPolicy) {
	if len(policy.Spec.PolicyTypes) > 0 {
		return
	}
	policy.Spec.PolicyTypes = []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}
	if len(policy.Spec.Egress) > 0 {
		policy.Spec.PolicyTypes = append(policy.Spec.PolicyTypes, networkingv1.PolicyTypeEgress)
	}
}

type bits struct {
	bytes []byte
	count int
}

func (b *bits) add(bit bool) {
	if b.count%8 == 0 {
		b.bytes = append(b.bytes, 0)
	}
	if bit {
		b.bytes[b.count/8] |= 0x80 >> (b.count % 8)
	}
	b.count++
}

func main() {
	var egress, ingress bits
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var q question
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		for _, policy := range q.Policies {
			withDefaults(policy)
		}
		result := matcher.BuildNetworkPolicies(false, q.Policies).IsTrafficAllowed(&matcher.Traffic{
			Source: peer(q.From, q.Namespaces), Destination: peer(q.To, q.Namespaces),
			ResolvedPort: q.Number, ResolvedPortName: q.PortName, Protocol: q.Protocol,
		})
		egress.add(result.Egress.IsAllowed())
		ingress.add(result.Ingress.IsAllowed())
	}
	encode := base64.StdEncoding.EncodeToString
	fmt.Printf("{\n  \"count\": %d,\n  \"egress\": %q,\n  \"ingress\": %q\n}\n", egress.count, encode(egress.bytes), encode(ingress.bytes))
}
