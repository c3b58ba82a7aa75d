// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generic netlink family: what may be said, decoded and handed to config.c. See netlink.h.
 * Process context; every command needs CAP_NET_ADMIN in the socket's namespace.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include "service/access.h"
#include "config.h"
#include "skb/ingress.h"
#include "service/ipset.h"
#include "rss/learn.h"
#include "netlink.h"
#include "cpu/tables.h"

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

const struct nla_policy lvsx_policy[LVSX_A_MAX + 1] = {
	[LVSX_A_SERVICE] = NLA_POLICY_NESTED(svc_policy),
	[LVSX_A_LOCAL] = NLA_POLICY_NESTED(local_policy),
	[LVSX_A_SETTING] = NLA_POLICY_NESTED(set_policy),
	[LVSX_A_FLOW] = NLA_POLICY_NESTED(flow_policy),
	[LVSX_A_ACCESS] = NLA_POLICY_NESTED(access_policy),
};

static int complain(struct netlink_ext_ack *extack, int err, const struct nlattr *at,
		    const char *why)
{
	if (extack) {	/* a dump may begin without one */
		extack->bad_attr = at;
		extack->_msg = why;
	}
	return err;
}

static int service_address(struct nlattr *nest[], struct lvsx_service_key *key,
			   struct netlink_ext_ack *extack)
{
	struct nlattr *addr = nest[LVSX_SVC_A_ADDRESS];

	if (!nest[LVSX_SVC_A_PROTOCOL] || !addr || !nest[LVSX_SVC_A_PORT])
		return complain(extack, -EINVAL, NULL,
				"the service needs protocol, address and port, or a fwmark");
	key->proto = nla_get_u16(nest[LVSX_SVC_A_PROTOCOL]);
	if (key->proto != IPPROTO_TCP && key->proto != IPPROTO_UDP)
		return complain(extack, -EPROTONOSUPPORT, nest[LVSX_SVC_A_PROTOCOL],
				"the service's protocol must be TCP or UDP");
	if (nla_len(addr) != 4)
		return complain(extack, -EINVAL, addr, "an IPv4 service needs an address of 4 bytes");
	nla_memcpy(key->addr, addr, sizeof(key->addr));
	key->port = nla_get_be16(nest[LVSX_SVC_A_PORT]);
	return 0;
}

int lvsx_netlink_service(const struct nlattr *attr, struct lvsx_service_key *key,
			 struct nlattr *nest[LVSX_SVC_A_MAX + 1], struct netlink_ext_ack *extack)
{
	int err = nla_parse_nested(nest, LVSX_SVC_A_MAX, attr, svc_policy, extack);

	if (err)
		return err;
	memset(key, 0, sizeof(*key));
	if (!nest[LVSX_SVC_A_FAMILY])
		return complain(extack, -EINVAL, attr, "the service's address family is missing");
	key->family = nla_get_u16(nest[LVSX_SVC_A_FAMILY]);
	if (key->family == AF_INET6)
		return complain(extack, -EAFNOSUPPORT, nest[LVSX_SVC_A_FAMILY],
				"FullNAT of IPv6 services is not there yet: use an IPv4 service");
	if (key->family != AF_INET)
		return complain(extack, -EAFNOSUPPORT, nest[LVSX_SVC_A_FAMILY],
				"the service's address family must be IPv4");
	if (!nest[LVSX_SVC_A_FWMARK])
		return service_address(nest, key, extack);
	if (nest[LVSX_SVC_A_PROTOCOL] || nest[LVSX_SVC_A_ADDRESS] || nest[LVSX_SVC_A_PORT])
		return complain(extack, -EINVAL, nest[LVSX_SVC_A_FWMARK],
				"the service needs a fwmark or protocol, address and port, not both");
	key->fwmark = nla_get_u32(nest[LVSX_SVC_A_FWMARK]);
	if (!key->fwmark)
		return complain(extack, -EINVAL, nest[LVSX_SVC_A_FWMARK], "a fwmark must not be 0");
	return 0;
}

/* LVSX_A_SERVICE if it is there; *@which is NULL if not. */
static int optional_service(struct genl_info *info, struct lvsx_service_key *key,
			    struct lvsx_service_key **which)
{
	struct nlattr *nest[LVSX_SVC_A_MAX + 1];

	*which = NULL;
	if (!info->attrs[LVSX_A_SERVICE])
		return 0;
	*which = key;
	return lvsx_netlink_service(info->attrs[LVSX_A_SERVICE], key, nest, info->extack);
}

static int required_service(struct genl_info *info, struct lvsx_service_key *key,
			    struct nlattr *nest[LVSX_SVC_A_MAX + 1])
{
	if (!info->attrs[LVSX_A_SERVICE])
		return complain(info->extack, -EINVAL, NULL, "the service is missing");
	return lvsx_netlink_service(info->attrs[LVSX_A_SERVICE], key, nest, info->extack);
}

/* IPv4 addresses @first … @last, in order or not; without @last it is @first alone. */
static int address_range(const struct nlattr *first, const struct nlattr *last,
			 const struct nlattr *at, __be32 *from, __be32 *to,
			 struct netlink_ext_ack *extack)
{
	if (!first)
		return complain(extack, -EINVAL, at, "the first address is missing");
	if (!last)
		last = first;
	if (nla_len(first) != 4 || nla_len(last) != 4)
		return complain(extack, -EAFNOSUPPORT, at,
				"the addresses must be IPv4, 4 bytes each");
	*from = nla_get_in_addr(first);
	*to = nla_get_in_addr(last);
	return 0;
}

static int local_range(struct genl_info *info, __be32 *first, __be32 *last)
{
	struct nlattr *nest[LVSX_LOCAL_A_MAX + 1], *attr = info->attrs[LVSX_A_LOCAL];

	if (!attr)
		return complain(info->extack, -EINVAL, NULL, "the local address is missing");
	return nla_parse_nested(nest, LVSX_LOCAL_A_MAX, attr, local_policy, info->extack) ?:
	       address_range(nest[LVSX_LOCAL_A_FIRST], nest[LVSX_LOCAL_A_LAST], attr, first, last,
			     info->extack);
}

static int access_entry(struct genl_info *info, struct lvsx_access_entry *entry)
{
	struct nlattr *nest[LVSX_ACCESS_A_MAX + 1], *attr = info->attrs[LVSX_A_ACCESS];
	__be32 first, last;
	int err;

	if (!attr)
		return complain(info->extack, -EINVAL, NULL, "the list's entry is missing");
	err = nla_parse_nested(nest, LVSX_ACCESS_A_MAX, attr, access_policy, info->extack);
	if (err)
		return err;
	if (!nest[LVSX_ACCESS_A_LIST])
		return complain(info->extack, -EINVAL, attr,
				"which list is missing: deny (0) or allow (1)");
	entry->list = nla_get_u8(nest[LVSX_ACCESS_A_LIST]);
	entry->set = nest[LVSX_ACCESS_A_SET];
	if (entry->set && (nest[LVSX_ACCESS_A_FIRST] || nest[LVSX_ACCESS_A_LAST]))
		return complain(info->extack, -EINVAL, attr,
				"an entry is an ipset or addresses, not both");
	if (entry->set)
		return 0;
	err = address_range(nest[LVSX_ACCESS_A_FIRST], nest[LVSX_ACCESS_A_LAST], attr,
			    &first, &last, info->extack);
	if (err)
		return err;
	entry->first = ntohl(first);
	entry->last = ntohl(last);
	return 0;
}

static int local_change(struct genl_info *info,
			int (*change)(struct lvsx_net *ln, const struct lvsx_service_key *key,
				      __be32 first, __be32 last, struct netlink_ext_ack *extack))
{
	struct lvsx_net *ln = lvsx_net(genl_info_net(info));
	struct lvsx_service_key key, *which;
	__be32 first, last;
	int err;

	err = optional_service(info, &key, &which) ?: local_range(info, &first, &last);
	if (err)
		return err;
	mutex_lock(&ln->mutex);
	err = change(ln, which, first, last, info->extack);
	mutex_unlock(&ln->mutex);
	return err;
}

static int add_local(struct sk_buff *skb, struct genl_info *info)
{
	return local_change(info, lvsx_control_local_add);
}

static int del_local(struct sk_buff *skb, struct genl_info *info)
{
	return local_change(info, lvsx_control_local_del);
}

static int set_service(struct sk_buff *skb, struct genl_info *info)
{
	struct lvsx_net *ln = lvsx_net(genl_info_net(info));
	struct nlattr *nest[LVSX_SVC_A_MAX + 1];
	struct lvsx_service_key key;
	int err = required_service(info, &key, nest);

	if (err)
		return err;
	/* One at a time, so that a refused message has changed nothing. */
	if (!!nest[LVSX_SVC_A_FULLNAT] + !!nest[LVSX_SVC_A_TIMEOUT] + !!nest[LVSX_SVC_A_DRAIN] != 1)
		return complain(info->extack, -EINVAL, info->attrs[LVSX_A_SERVICE],
				"there must be one thing to set in the message: FULLNAT, TIMEOUT or DRAIN");
	if (nest[LVSX_SVC_A_NOW] &&
	    (!nest[LVSX_SVC_A_FULLNAT] || !nla_get_u8(nest[LVSX_SVC_A_FULLNAT])))
		return complain(info->extack, -EINVAL, nest[LVSX_SVC_A_NOW],
				"NOW goes with FULLNAT 1 only: it takes over what stock IPVS has");
	mutex_lock(&ln->mutex);
	if (nest[LVSX_SVC_A_FULLNAT])
		err = lvsx_control_service_set(ln, &key, nla_get_u8(nest[LVSX_SVC_A_FULLNAT]),
					       nla_get_flag(nest[LVSX_SVC_A_NOW]), info->extack);
	else if (nest[LVSX_SVC_A_DRAIN])
		err = lvsx_control_drain(ln, &key, nla_get_u8(nest[LVSX_SVC_A_DRAIN]),
					 info->extack);
	else
		err = lvsx_control_service_timeout(ln, &key, nla_get_u32(nest[LVSX_SVC_A_TIMEOUT]),
						   info->extack);
	mutex_unlock(&ln->mutex);
	return err;
}

static int del_service(struct sk_buff *skb, struct genl_info *info)
{
	struct lvsx_net *ln = lvsx_net(genl_info_net(info));
	struct nlattr *nest[LVSX_SVC_A_MAX + 1];
	struct lvsx_service_key key;
	int err = required_service(info, &key, nest);

	if (err)
		return err;
	mutex_lock(&ln->mutex);
	err = lvsx_control_service_del(ln, &key, info->extack);
	mutex_unlock(&ln->mutex);
	return err;
}

static int access_change(struct genl_info *info,
			 int (*change)(struct lvsx_net *ln, const struct lvsx_service_key *key,
				       const struct lvsx_access_entry *entry,
				       struct netlink_ext_ack *extack))
{
	struct lvsx_net *ln = lvsx_net(genl_info_net(info));
	struct nlattr *nest[LVSX_SVC_A_MAX + 1];
	struct lvsx_access_entry entry = {};
	struct lvsx_service_key key;
	int err;

	err = required_service(info, &key, nest) ?: access_entry(info, &entry);
	if (err)
		return err;
	mutex_lock(&ln->mutex);
	err = change(ln, &key, &entry, info->extack);
	mutex_unlock(&ln->mutex);
	return err;
}

static int add_access(struct sk_buff *skb, struct genl_info *info)
{
	return access_change(info, lvsx_access_add);
}

static int del_access(struct sk_buff *skb, struct genl_info *info)
{
	return access_change(info, lvsx_access_del);
}

static int set_setting(struct sk_buff *skb, struct genl_info *info)
{
	struct lvsx_net *ln = lvsx_net(genl_info_net(info));
	struct nlattr *nest[LVSX_SET_A_MAX + 1];
	int err;

	if (!info->attrs[LVSX_A_SETTING])
		return complain(info->extack, -EINVAL, NULL, "the setting is missing");
	err = nla_parse_nested(nest, LVSX_SET_A_MAX, info->attrs[LVSX_A_SETTING], set_policy,
			       info->extack);
	if (err)
		return err;
	/* One at a time, so that a refused message has changed nothing. */
	if (!!nest[LVSX_SET_A_DEFAULT_ON] + !!nest[LVSX_SET_A_INGRESS] +
	    !!nest[LVSX_SET_A_INGRESS_OFF] + !!nest[LVSX_SET_A_RESET] +
	    !!nest[LVSX_SET_A_DRAIN] != 1)
		return complain(info->extack, -EINVAL, info->attrs[LVSX_A_SETTING],
				"there must be one setting in the message");
	if (nest[LVSX_SET_A_INGRESS])
		return lvsx_ingress_add(ln, nla_data(nest[LVSX_SET_A_INGRESS]), info->extack);
	if (nest[LVSX_SET_A_INGRESS_OFF])
		return lvsx_ingress_del(ln, nla_data(nest[LVSX_SET_A_INGRESS_OFF]), info->extack);
	if (nest[LVSX_SET_A_RESET]) {
		WRITE_ONCE(ln->reset_idle, nla_get_u8(nest[LVSX_SET_A_RESET]));
		return 0;
	}
	mutex_lock(&ln->mutex);
	if (nest[LVSX_SET_A_DRAIN])
		err = lvsx_control_drain(ln, NULL, nla_get_u8(nest[LVSX_SET_A_DRAIN]),
					 info->extack);
	else
		err = lvsx_control_default_on(ln, nla_get_u8(nest[LVSX_SET_A_DEFAULT_ON]),
					      info->extack);
	mutex_unlock(&ln->mutex);
	return err;
}

static int put_rss(struct sk_buff *msg, struct lvsx_net *ln)
{
	char text[LVSX_LEARN_TEXT], name[IFNAMSIZ] = "";

	mutex_lock(&ln->mutex);
	lvsx_learn_say(ln->learn, text, sizeof(text));
	if (ln->learn && ln->learn->use)
		strscpy(name, ln->learn->name, sizeof(name));
	mutex_unlock(&ln->mutex);
	if (*name && nla_put_string(msg, LVSX_SET_A_RSS_DEVICE, name))
		return -EMSGSIZE;
	return nla_put_string(msg, LVSX_SET_A_RSS, text);
}

static int put_ingress(struct sk_buff *msg, struct lvsx_net *ln)
{
	const size_t size = LVSX_INGRESS_MAX * IFNAMSIZ;
	char *names = kmalloc(size, GFP_KERNEL);
	int err;

	if (!names)
		return -ENOMEM;
	lvsx_ingress_say(ln, names, size);
	err = nla_put_string(msg, LVSX_SET_A_INGRESS, names);
	kfree(names);
	return err;
}

static int put_pool(struct sk_buff *msg, struct lvsx_net *ln)
{
	const struct lvsx_locals *pool;
	u32 nr;

	rcu_read_lock();
	pool = rcu_dereference(ln->services.pool);
	nr = pool ? pool->nr : 0;
	rcu_read_unlock();
	return nla_put_u32(msg, LVSX_SET_A_LOCALS, nr);
}

static int put_drain(struct sk_buff *msg, struct lvsx_net *ln)
{
	return nla_put_u8(msg, LVSX_SET_A_DRAIN, READ_ONCE(ln->services.drain)) ?:
	       nla_put_u64_64bit(msg, LVSX_SET_A_FLOWS, lvsx_tables_flows(ln), LVSX_SET_A_PAD);
}

static int get_setting(struct sk_buff *skb, struct genl_info *info)
{
	struct lvsx_net *ln = lvsx_net(genl_info_net(info));
	struct sk_buff *msg = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	struct nlattr *nest;
	void *head;

	if (!msg)
		return -ENOMEM;
	head = genlmsg_put_reply(msg, info, &lvsx_genl_family, 0, LVSX_CMD_SETTING_GET);
	nest = head ? nla_nest_start(msg, LVSX_A_SETTING) : NULL;
	if (!nest || nla_put_u8(msg, LVSX_SET_A_DEFAULT_ON, READ_ONCE(ln->services.default_on)) ||
	    nla_put_u8(msg, LVSX_SET_A_RESET, READ_ONCE(ln->reset_idle)) || put_drain(msg, ln) ||
	    put_rss(msg, ln) || put_ingress(msg, ln) || put_pool(msg, ln)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	nla_nest_end(msg, nest);
	genlmsg_end(msg, head);
	return genlmsg_reply(msg, info);
}

static int flow_tuple(struct genl_info *info, struct lvsx_tuple *tuple)
{
	struct nlattr *nest[LVSX_FLOW_A_MAX + 1], *attr = info->attrs[LVSX_A_FLOW];
	u16 proto;
	int err;

	if (!attr)
		return complain(info->extack, -EINVAL, NULL, "the connection to look for is missing");
	err = nla_parse_nested(nest, LVSX_FLOW_A_MAX, attr, flow_policy, info->extack);
	if (err)
		return err;
	if (!nest[LVSX_FLOW_A_PROTOCOL] || !nest[LVSX_FLOW_A_VIP] ||
	    !nest[LVSX_FLOW_A_CLIENT_PORT] || !nest[LVSX_FLOW_A_VIP_PORT])
		return complain(info->extack, -EINVAL, attr,
				"the connection needs a protocol, and address and port of client and VIP");
	proto = nla_get_u16(nest[LVSX_FLOW_A_PROTOCOL]);
	if (proto != IPPROTO_TCP && proto != IPPROTO_UDP)
		return complain(info->extack, -EPROTONOSUPPORT, nest[LVSX_FLOW_A_PROTOCOL],
				"the connection's protocol must be TCP or UDP");
	*tuple = (struct lvsx_tuple){
		.sport = nla_get_be16(nest[LVSX_FLOW_A_CLIENT_PORT]),
		.dport = nla_get_be16(nest[LVSX_FLOW_A_VIP_PORT]),
		.proto = (u8)proto,
		.words = 1,
	};
	return address_range(nest[LVSX_FLOW_A_CLIENT], nest[LVSX_FLOW_A_VIP], attr,
			     tuple->saddr, tuple->daddr, info->extack);
}

/* The flow of the connection @tuple, and whose it is. RCU. */
static struct lvsx_half *find_flow(struct lvsx_net *ln, const struct lvsx_tuple *tuple,
				   const struct lvsx_table **owner)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct lvsx_table *t = lvsx_table_of(ln, cpu);
		struct lvsx_half *half = !t ? NULL :
			lvsx_flow_find_remote(t, tuple, lvsx_tuple_hash(tuple, &t->seed));

		if (half && !(READ_ONCE(half->flags) & LVSX_HALF_REV)) {
			*owner = t;
			return half;
		}
	}
	return NULL;
}

static int put_found(struct sk_buff *msg, struct genl_info *info, const struct lvsx_tuple *tuple)
{
	struct lvsx_net *ln = lvsx_net(genl_info_net(info));
	const struct lvsx_table *owner;
	struct lvsx_half *fwd;
	int err;

	rcu_read_lock();
	fwd = find_flow(ln, tuple, &owner);
	if (fwd)
		err = lvsx_netlink_put_flow(msg, ln, owner, fwd);
	else
		err = complain(info->extack, -ENOENT, NULL, "lvsx has no flow of this connection");
	rcu_read_unlock();
	return err;
}

static int get_flow(struct sk_buff *skb, struct genl_info *info)
{
	struct lvsx_tuple tuple;
	struct sk_buff *msg;
	void *head;
	int err = flow_tuple(info, &tuple);

	if (err)
		return err;
	msg = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	head = genlmsg_put_reply(msg, info, &lvsx_genl_family, 0, LVSX_CMD_FLOW_GET);
	err = head ? put_found(msg, info, &tuple) : -EMSGSIZE;
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, head);
	return genlmsg_reply(msg, info);
}

static int zero_counters(struct sk_buff *skb, struct genl_info *info)
{
	struct lvsx_net *ln = lvsx_net(genl_info_net(info));

	mutex_lock(&ln->mutex);
	lvsx_control_zero(ln);
	mutex_unlock(&ln->mutex);
	return 0;
}

#define DO(command, function) \
	{ .cmd = LVSX_CMD_##command, .doit = function, .flags = GENL_UNS_ADMIN_PERM }
#define DUMP(command, function) \
	{ .cmd = LVSX_CMD_##command, .start = lvsx_dump_start, .dumpit = function, \
	  .done = lvsx_dump_done, .flags = GENL_UNS_ADMIN_PERM }

static const struct genl_ops ops[] = {
	DO(LOCAL_ADD, add_local),
	DO(LOCAL_DEL, del_local),
	DUMP(LOCAL_GET, lvsx_dump_locals),
	DO(SERVICE_SET, set_service),
	DO(SERVICE_DEL, del_service),
	DUMP(SERVICE_GET, lvsx_dump_services),
	DO(SETTING_SET, set_setting),
	DO(SETTING_GET, get_setting),
	{ .cmd = LVSX_CMD_FLOW_GET, .doit = get_flow, .start = lvsx_dump_start,
	  .dumpit = lvsx_dump_flows, .done = lvsx_dump_done, .flags = GENL_UNS_ADMIN_PERM },
	DUMP(COUNTER_GET, lvsx_dump_counters),
	DO(COUNTER_ZERO, zero_counters),
	DO(ACCESS_ADD, add_access),
	DO(ACCESS_DEL, del_access),
	DUMP(ACCESS_GET, lvsx_dump_access),
};

struct genl_family lvsx_genl_family = {
	.name = LVSX_GENL_NAME,
	.version = LVSX_GENL_VERSION,
	.maxattr = LVSX_A_MAX,
	.policy = lvsx_policy,
	.netnsok = true,
	/* IPVS's own commands must not wait for ours: all that is here has its own locks. */
	.parallel_ops = true,
	.module = THIS_MODULE,
	.ops = ops,
	.n_ops = ARRAY_SIZE(ops),
	.resv_start_op = __LVSX_CMD_MAX,
};

int lvsx_netlink_init(void)
{
	return genl_register_family(&lvsx_genl_family);
}

void lvsx_netlink_exit(void)
{
	genl_unregister_family(&lvsx_genl_family);
}
