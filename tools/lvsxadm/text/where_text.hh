// SPDX-License-Identifier: GPL-2.0-only
//
// --where as text.
#pragma once

#include "where_answer.hh"

namespace lvsx::adm {

// Several lines.
std::string where_text(const Where &answer, const Endpoint &client);

} // namespace lvsx::adm
