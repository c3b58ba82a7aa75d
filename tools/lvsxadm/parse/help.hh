// SPDX-License-Identifier: GPL-2.0-only
#pragma once

namespace lvsx::adm {

// What -h prints.
extern const char *const help;
// What --version prints.
extern const char *const version;

} // namespace lvsx::adm
