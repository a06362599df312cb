// Finding a byte in text that is read in short pieces: a page's tags stand some ten bytes apart, so
// that a call of memchr costs more than its work.
//
// Sixteen bytes at a time where the processor has SSE2 (each x86-64 has), else one.

#pragma once

#include <bit>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace weft::crawl {

/// The first `wanted` in [begin, end), or `end`.
inline const char* find_byte(const char* begin, const char* end, char wanted) {
#if defined(__SSE2__)
  const __m128i pattern = _mm_set1_epi8(wanted);
  while (end - begin >= 16) {
    const __m128i piece = _mm_loadu_si128(reinterpret_cast<const __m128i*>(begin));
    const int found = _mm_movemask_epi8(_mm_cmpeq_epi8(piece, pattern));
    if (found != 0) return begin + std::countr_zero(static_cast<unsigned>(found));
    begin += 16;
  }
#endif
  while (begin != end && *begin != wanted) ++begin;
  return begin;
}

/// The first byte in [begin, end) that a UTF-8 text can't be copied through unread by: '&', CR, NUL
/// or one of 0x80 and above; or `end`.
inline const char* find_unplain(const char* begin, const char* end) {
#if defined(__SSE2__)
  const __m128i ampersand = _mm_set1_epi8('&');
  const __m128i carriage_return = _mm_set1_epi8('\r');
  const __m128i none = _mm_setzero_si128();
  while (end - begin >= 16) {
    const __m128i piece = _mm_loadu_si128(reinterpret_cast<const __m128i*>(begin));
    // movemask takes the highest bits, which are those of the bytes above 0x7F.
    const __m128i odd = _mm_or_si128(
        _mm_or_si128(_mm_cmpeq_epi8(piece, ampersand), _mm_cmpeq_epi8(piece, carriage_return)),
        _mm_or_si128(_mm_cmpeq_epi8(piece, none), piece));
    const int found = _mm_movemask_epi8(odd);
    if (found != 0) return begin + std::countr_zero(static_cast<unsigned>(found));
    begin += 16;
  }
#endif
  while (begin != end && *begin != '&' && *begin != '\r' && *begin != '\0' &&
         static_cast<unsigned char>(*begin) < 0x80) {
    ++begin;
  }
  return begin;
}

/// The first CR or LF in [begin, end), or `end`.
inline const char* find_line_end(const char* begin, const char* end) {
#if defined(__SSE2__)
  const __m128i carriage_return = _mm_set1_epi8('\r');
  const __m128i line_feed = _mm_set1_epi8('\n');
  while (end - begin >= 16) {
    const __m128i piece = _mm_loadu_si128(reinterpret_cast<const __m128i*>(begin));
    const int found = _mm_movemask_epi8(
        _mm_or_si128(_mm_cmpeq_epi8(piece, carriage_return), _mm_cmpeq_epi8(piece, line_feed)));
    if (found != 0) return begin + std::countr_zero(static_cast<unsigned>(found));
    begin += 16;
  }
#endif
  while (begin != end && *begin != '\r' && *begin != '\n') ++begin;
  return begin;
}

/// The first byte of 0x80 and above in [begin, end), or `end`.
inline const char* find_above_ascii(const char* begin, const char* end) {
#if defined(__SSE2__)
  while (end - begin >= 16) {
    const int found = _mm_movemask_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(begin)));
    if (found != 0) return begin + std::countr_zero(static_cast<unsigned>(found));
    begin += 16;
  }
#endif
  while (begin != end && static_cast<unsigned char>(*begin) < 0x80) ++begin;
  return begin;
}

}  // namespace weft::crawl
