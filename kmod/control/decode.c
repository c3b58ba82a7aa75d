// SPDX-License-Identifier: GPL-2.0-only
/* Netlink policies and the decoding of attributes. See decode.h. */
#include <linux/if.h>
#include "service/access.h"
#include "service/ipset.h"
#include "decode.h"

static struct netlink_range_validation timeout_range = { .max = LVSX_TIMEOUT_MAX };

static const struct nla_policy svc_policy[LVSX_SVC_A_MAX + 1] = {
	[LVSX_SVC_A_FAMILY] = { .type = NLA_U16 },
	[LVSX_SVC_A_PROTOCOL] = { .type = NLA_U16 },
	[LVSX_SVC_A_ADDRESS] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[LVSX_SVC_A_PORT] = { .type = NLA_U16 },
	[LVSX_SVC_A_FWMARK] = { .type = NLA_U32 },
	[LVSX_SVC_A_FULLNAT] = NLA_POLICY_MAX(NLA_U8, 1),
	[LVSX_SVC_A_NOW] = { .type = NLA_FLAG },
	[LVSX_SVC_A_TIMEOUT] = NLA_POLICY_FULL_RANGE(NLA_U32, &timeout_range),
	[LVSX_SVC_A_DRAIN] = NLA_POLICY_MAX(NLA_U8, 1),
};

static const struct nla_policy local_policy[LVSX_LOCAL_A_MAX + 1] = {
	[LVSX_LOCAL_A_FIRST] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[LVSX_LOCAL_A_LAST] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
};

static const struct nla_policy set_policy[LVSX_SET_A_MAX + 1] = {
	[LVSX_SET_A_DEFAULT_ON] = NLA_POLICY_MAX(NLA_U8, 1),
	[LVSX_SET_A_INGRESS] = { .type = NLA_NUL_STRING, .len = IFNAMSIZ - 1 },
	[LVSX_SET_A_INGRESS_OFF] = { .type = NLA_NUL_STRING, .len = IFNAMSIZ - 1 },
	[LVSX_SET_A_RESET] = NLA_POLICY_MAX(NLA_U8, 1),
	[LVSX_SET_A_DRAIN] = NLA_POLICY_MAX(NLA_U8, 1),
};

static const struct nla_policy flow_policy[LVSX_FLOW_A_MAX + 1] = {
	[LVSX_FLOW_A_PROTOCOL] = { .type = NLA_U16 },
	[LVSX_FLOW_A_CLIENT] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[LVSX_FLOW_A_CLIENT_PORT] = { .type = NLA_U16 },
	[LVSX_FLOW_A_VIP] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[LVSX_FLOW_A_VIP_PORT] = { .type = NLA_U16 },
};

static const struct nla_policy access_policy[LVSX_ACCESS_A_MAX + 1] = {
	[LVSX_ACCESS_A_LIST] = NLA_POLICY_MAX(NLA_U8, LVSX_LIST_MAX),
	[LVSX_ACCESS_A_FIRST] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[LVSX_ACCESS_A_LAST] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[LVSX_ACCESS_A_SET] = { .type = NLA_NUL_STRING, .len = LVSX_IPSET_NAME - 1 },
};

const struct nla_policy lvsx_decode_policy[LVSX_A_MAX + 1] = {
	[LVSX_A_SERVICE] = NLA_POLICY_NESTED(svc_policy),
	[LVSX_A_LOCAL] = NLA_POLICY_NESTED(local_policy),
	[LVSX_A_SETTING] = NLA_POLICY_NESTED(set_policy),
	[LVSX_A_FLOW] = NLA_POLICY_NESTED(flow_policy),
	[LVSX_A_ACCESS] = NLA_POLICY_NESTED(access_policy),
};

static int decode_fail(struct netlink_ext_ack *extack, int err, const struct nlattr *at,
		       const char *why)
{
	if (extack) {	/* a dump may come without one */
		extack->bad_attr = at;
		extack->_msg = why;
	}
	return err;
}

static int decode_address(struct nlattr *nest[], struct lvsx_service_key *key,
			  struct netlink_ext_ack *extack)
{
	struct nlattr *addr = nest[LVSX_SVC_A_ADDRESS];

	if (!nest[LVSX_SVC_A_PROTOCOL] || !addr || !nest[LVSX_SVC_A_PORT])
		return decode_fail(extack, -EINVAL, NULL,
				   "the service needs protocol, address and port, or a fwmark");
	key->proto = nla_get_u16(nest[LVSX_SVC_A_PROTOCOL]);
	if (key->proto != IPPROTO_TCP && key->proto != IPPROTO_UDP)
		return decode_fail(extack, -EPROTONOSUPPORT, nest[LVSX_SVC_A_PROTOCOL],
				   "the service's protocol must be TCP or UDP");
	if (nla_len(addr) != 4)
		return decode_fail(extack, -EINVAL, addr,
				   "an IPv4 service needs an address of 4 bytes");
	nla_memcpy(key->addr, addr, sizeof(key->addr));
	key->port = nla_get_be16(nest[LVSX_SVC_A_PORT]);
	return 0;
}

int lvsx_decode_service(const struct nlattr *attr, struct lvsx_service_key *key,
			struct nlattr *nest[LVSX_SVC_A_MAX + 1], struct netlink_ext_ack *extack)
{
	int err = nla_parse_nested(nest, LVSX_SVC_A_MAX, attr, svc_policy, extack);

	if (err)
		return err;
	memset(key, 0, sizeof(*key));
	if (!nest[LVSX_SVC_A_FAMILY])
		return decode_fail(extack, -EINVAL, attr,
				   "the service's address family is missing");
	key->family = nla_get_u16(nest[LVSX_SVC_A_FAMILY]);
	if (key->family == AF_INET6)
		return decode_fail(extack, -EAFNOSUPPORT, nest[LVSX_SVC_A_FAMILY],
				   "FullNAT of IPv6 services is not there yet: use an IPv4 service");
	if (key->family != AF_INET)
		return decode_fail(extack, -EAFNOSUPPORT, nest[LVSX_SVC_A_FAMILY],
				   "the service's address family must be IPv4");
	if (!nest[LVSX_SVC_A_FWMARK])
		return decode_address(nest, key, extack);
	if (nest[LVSX_SVC_A_PROTOCOL] || nest[LVSX_SVC_A_ADDRESS] || nest[LVSX_SVC_A_PORT])
		return decode_fail(extack, -EINVAL, nest[LVSX_SVC_A_FWMARK],
				   "the service needs a fwmark or protocol, address and port, not both");
	key->fwmark = nla_get_u32(nest[LVSX_SVC_A_FWMARK]);
	if (!key->fwmark)
		return decode_fail(extack, -EINVAL, nest[LVSX_SVC_A_FWMARK],
				   "a fwmark must not be 0");
	return 0;
}

int lvsx_decode_service_or_pool(struct genl_info *info, struct lvsx_service_key *key,
				struct lvsx_service_key **which)
{
	struct nlattr *nest[LVSX_SVC_A_MAX + 1];

	*which = NULL;
	if (!info->attrs[LVSX_A_SERVICE])
		return 0;
	*which = key;
	return lvsx_decode_service(info->attrs[LVSX_A_SERVICE], key, nest, info->extack);
}

int lvsx_decode_asked_service(struct genl_info *info, struct lvsx_service_key *key,
			      struct nlattr *nest[LVSX_SVC_A_MAX + 1])
{
	if (!info->attrs[LVSX_A_SERVICE])
		return decode_fail(info->extack, -EINVAL, NULL, "the service is missing");
	return lvsx_decode_service(info->attrs[LVSX_A_SERVICE], key, nest, info->extack);
}

/* IPv4 addresses @first … @last, in any order; without @last it is @first alone. */
static int decode_range(const struct nlattr *first, const struct nlattr *last,
			const struct nlattr *at, __be32 *from, __be32 *to,
			struct netlink_ext_ack *extack)
{
	if (!first)
		return decode_fail(extack, -EINVAL, at, "the first address is missing");
	if (!last)
		last = first;
	if (nla_len(first) != 4 || nla_len(last) != 4)
		return decode_fail(extack, -EAFNOSUPPORT, at,
				   "the addresses must be IPv4, 4 bytes each");
	*from = nla_get_in_addr(first);
	*to = nla_get_in_addr(last);
	return 0;
}

int lvsx_decode_local(struct genl_info *info, __be32 *first, __be32 *last)
{
	struct nlattr *nest[LVSX_LOCAL_A_MAX + 1], *attr = info->attrs[LVSX_A_LOCAL];

	if (!attr)
		return decode_fail(info->extack, -EINVAL, NULL, "the local address is missing");
	return nla_parse_nested(nest, LVSX_LOCAL_A_MAX, attr, local_policy, info->extack) ?:
	       decode_range(nest[LVSX_LOCAL_A_FIRST], nest[LVSX_LOCAL_A_LAST], attr, first, last,
			    info->extack);
}

int lvsx_decode_access(struct genl_info *info, struct lvsx_access_entry *entry)
{
	struct nlattr *nest[LVSX_ACCESS_A_MAX + 1], *attr = info->attrs[LVSX_A_ACCESS];
	__be32 first, last;
	int err;

	if (!attr)
		return decode_fail(info->extack, -EINVAL, NULL, "the list's entry is missing");
	err = nla_parse_nested(nest, LVSX_ACCESS_A_MAX, attr, access_policy, info->extack);
	if (err)
		return err;
	if (!nest[LVSX_ACCESS_A_LIST])
		return decode_fail(info->extack, -EINVAL, attr,
				   "which list is missing: deny (0) or allow (1)");
	entry->list = nla_get_u8(nest[LVSX_ACCESS_A_LIST]);
	entry->set = nest[LVSX_ACCESS_A_SET];
	if (entry->set && (nest[LVSX_ACCESS_A_FIRST] || nest[LVSX_ACCESS_A_LAST]))
		return decode_fail(info->extack, -EINVAL, attr,
				   "an entry is an ipset or addresses, not both");
	if (entry->set)
		return 0;
	err = decode_range(nest[LVSX_ACCESS_A_FIRST], nest[LVSX_ACCESS_A_LAST], attr,
			   &first, &last, info->extack);
	if (err)
		return err;
	entry->first = ntohl(first);
	entry->last = ntohl(last);
	return 0;
}

int lvsx_decode_connection(struct genl_info *info, struct lvsx_tuple *tuple)
{
	struct nlattr *nest[LVSX_FLOW_A_MAX + 1], *attr = info->attrs[LVSX_A_FLOW];
	u16 proto;
	int err;

	if (!attr)
		return decode_fail(info->extack, -EINVAL, NULL,
				   "the connection to look for is missing");
	err = nla_parse_nested(nest, LVSX_FLOW_A_MAX, attr, flow_policy, info->extack);
	if (err)
		return err;
	if (!nest[LVSX_FLOW_A_PROTOCOL] || !nest[LVSX_FLOW_A_VIP] ||
	    !nest[LVSX_FLOW_A_CLIENT_PORT] || !nest[LVSX_FLOW_A_VIP_PORT])
		return decode_fail(info->extack, -EINVAL, attr,
				   "the connection needs a protocol, and address and port of client and VIP");
	proto = nla_get_u16(nest[LVSX_FLOW_A_PROTOCOL]);
	if (proto != IPPROTO_TCP && proto != IPPROTO_UDP)
		return decode_fail(info->extack, -EPROTONOSUPPORT, nest[LVSX_FLOW_A_PROTOCOL],
				   "the connection's protocol must be TCP or UDP");
	*tuple = (struct lvsx_tuple){
		.sport = nla_get_be16(nest[LVSX_FLOW_A_CLIENT_PORT]),
		.dport = nla_get_be16(nest[LVSX_FLOW_A_VIP_PORT]),
		.proto = (u8)proto,
		.family = LVSX_IPV4,
	};
	return decode_range(nest[LVSX_FLOW_A_CLIENT], nest[LVSX_FLOW_A_VIP], attr,
			    tuple->saddr, tuple->daddr, info->extack);
}

int lvsx_decode_setting(struct genl_info *info, struct nlattr *nest[LVSX_SET_A_MAX + 1])
{
	struct nlattr *attr = info->attrs[LVSX_A_SETTING];
	int err;

	if (!attr)
		return decode_fail(info->extack, -EINVAL, NULL, "the setting is missing");
	err = nla_parse_nested(nest, LVSX_SET_A_MAX, attr, set_policy, info->extack);
	if (err)
		return err;
	/* One at a time, so that a refused message has changed nothing. */
	if (!!nest[LVSX_SET_A_DEFAULT_ON] + !!nest[LVSX_SET_A_INGRESS] +
	    !!nest[LVSX_SET_A_INGRESS_OFF] + !!nest[LVSX_SET_A_RESET] +
	    !!nest[LVSX_SET_A_DRAIN] != 1)
		return decode_fail(info->extack, -EINVAL, attr,
				   "there must be one setting in the message");
	return 0;
}
