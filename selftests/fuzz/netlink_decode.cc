// SPDX-License-Identifier: GPL-2.0-only
//
// The kernel's answers as lvsxadm reads them. The kernel is trusted, but versions of it and of the
// module differ: whatever comes, it is read or refused, never read beyond its end.
#include "codec.hh"

#include <cstdint>
#include <cstdlib>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    if (size == 0 || size > 65536) {
        return 0;
    }
    // The first byte chooses the reader; the rest goes into memory of its own, aligned as a
    // socket's.
    const auto *raw = reinterpret_cast<const std::byte *>(data);
    const std::vector<std::byte> copy{raw + 1, raw + size};
    switch (data[0] % 6) {
    case 0:
        (void)lvsx::read_outcome(copy);
        break;
    case 1:
        if (const auto service = lvsx::read_service(copy); service && service->id.text().empty()) {
            abort();
        }
        break;
    case 2:
        if (const auto local = lvsx::read_local(copy); local && local->address.text().empty()) {
            abort();
        }
        break;
    case 3:
        if (const auto flow = lvsx::read_flow(copy); flow && flow->client.text().empty()) {
            abort();
        }
        break;
    case 4:
        (void)lvsx::read_counter(copy);
        break;
    case 5:
        (void)lvsx::read_prospect(copy);
        break;
    default:
        (void)lvsx::read_setting(copy);
    }
    return 0;
}
