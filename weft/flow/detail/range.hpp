// The concepts of ranges, as gather and its like take them: <ranges> brings the views too, which
// cost each file 0.07 s. libstdc++ has the concepts in a file of their own, which <string_view>
// includes as well.
#pragma once

#include <cstddef>

#if defined(_GLIBCXX_RELEASE)
#include <string_view>
#else
#include <iterator>
#include <ranges>
#endif
