// Makes a CPU behave like a GPU with memory of its own: outside kernels and copies the host can
// neither read nor write an array of the device; who does is named, and the program ends with 70.
//
//   LD_PRELOAD=libhost_access.so KOKKOS_TOOLS_LIBS=libhost_access.so  program …
//
// Preloaded, it gives each of Kokkos's allocations whole pages of its own, so that arrays of one
// number are guarded as well; as a tool of Kokkos it learns their labels, and when kernels and
// copies begin and end. An array is the host's if its label ends in "_mirror" (core/kokkos.hpp:
// host_copy, host_mirror) or if it is Kokkos's own ("Kokkos::…"); every other one is the device's.
// A kernel opens an array when it first touches it, and what it opened is closed when it ends: in
// each test after the first launches of every label, and ever more rarely after more (a launch that
// closes costs ten times one that does not). What the host does behind a kernel it does every time.
#include <execinfo.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <bit>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

constexpr std::size_t page = 65536;  // a multiple of any machine's; untouched it costs nothing
constexpr std::size_t header = 128;  // what Kokkos writes before an array, and reads on the host
constexpr std::size_t most_kept = std::size_t{1} << 28;
constexpr int refused = 70;

/// One page for the header, then those of the numbers.
struct Block {
  std::size_t bytes = 0;  ///< of the numbers, in whole pages
  std::string label;
  bool device = false, open = true;
};

/// By the address of the numbers.
struct Blocks {
  std::mutex mutex;
  std::map<std::uintptr_t, Block> all;
  std::vector<std::uintptr_t> opened;  ///< since one that ran closed what was
  std::map<std::size_t, std::vector<std::uintptr_t>> released;  ///< open pages, by their size
  std::size_t kept = 0;                                         ///< bytes of these

  /// The block that an address lies in; its header belongs to it.
  std::map<std::uintptr_t, Block>::iterator find(const void* address) {
    const auto at = reinterpret_cast<std::uintptr_t>(address);
    auto next = all.upper_bound(at + header);
    if (next == all.begin()) return all.end();
    --next;
    return at < next->first + next->second.bytes ? next : all.end();
  }
};

/// Never destroyed: arrays of static life outlive this library's own.
Blocks& blocks() {
  static Blocks* const the = new Blocks;
  return *the;
}

std::atomic<int> running = 0;  ///< kernels and copies
bool closes = true;            ///< whether what runs is closed behind
char last_kernel[160] = "none";
char test[160] = "no test";

/// Launches by label since the test began: the first four, then the eighth, 16th, …
std::unordered_map<std::string, unsigned> launches;
bool due(const char* label) {
  const unsigned count = ++launches[label];
  return count <= 4 || std::has_single_bit(count);
}

void protect(std::uintptr_t data, Block& block, bool open) {
  block.open = open;
  const int access = open ? PROT_READ | PROT_WRITE : PROT_NONE;
  if (mprotect(reinterpret_cast<void*>(data), block.bytes, access) == 0) return;
  std::perror("host_access: mprotect");
  _exit(refused);
}

void begin(const char* what) {
  if (running++ > 0) return;
  std::snprintf(last_kernel, sizeof last_kernel, "%s", what ? what : "");
  closes = due(last_kernel);
}

void end() {
  if (--running > 0 || !closes) return;
  Blocks& known = blocks();
  const std::lock_guard lock(known.mutex);
  for (const std::uintptr_t data : known.opened)
    if (const auto at = known.all.find(data); at != known.all.end() && at->second.device)
      protect(data, at->second, false);
  known.opened.clear();
}

[[noreturn]] void refuse(const Block& block) {
  std::fprintf(stderr,
               "host_access: the host touches the device array '%s' outside kernels and copies "
               "(the last one: %s; %s)\n",
               block.label.c_str(), last_kernel, test);
  void* frames[24];
  backtrace_symbols_fd(frames, backtrace(frames, 24), STDERR_FILENO);
  _exit(refused);
}

struct sigaction before = {};

void on_fault(int number, siginfo_t* info, void*) {
  Blocks& known = blocks();
  {
    const std::lock_guard lock(known.mutex);
    const auto at = known.find(info->si_addr);
    if (at != known.all.end() && at->second.device) {
      if (running == 0) refuse(at->second);
      if (!at->second.open) {  // else another thread was faster
        protect(at->first, at->second, true);
        known.opened.push_back(at->first);
      }
      return;
    }
  }
  sigaction(number, &before, nullptr);  // somebody else's: meets it again
}

/// Fresh pages cost a fault each when they are first touched: small programs spend their time
/// there.
void* allocate(std::size_t size) {
  const std::size_t bytes = (size - header + page - 1) / page * page;
  Blocks& known = blocks();
  const std::lock_guard lock(known.mutex);
  if (std::vector<std::uintptr_t>& same = known.released[bytes]; !same.empty()) {
    const std::uintptr_t data = same.back();
    same.pop_back();
    known.kept -= bytes;
    known.all[data].bytes = bytes;
    return reinterpret_cast<char*>(data) - header;
  }
  void* const pages =
      mmap(nullptr, page + bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) return nullptr;
  char* const data = static_cast<char*>(pages) + page;
  known.all[reinterpret_cast<std::uintptr_t>(data)].bytes = bytes;
  return data - header;
}

bool release(void* pointer) {
  Blocks& known = blocks();
  const std::lock_guard lock(known.mutex);
  const auto at = known.find(pointer);
  if (at == known.all.end()) return false;
  const std::uintptr_t data = at->first;
  Block block = at->second;
  known.all.erase(at);
  if (known.kept + block.bytes > most_kept) {
    munmap(reinterpret_cast<void*>(data - page), page + block.bytes);
    return true;
  }
  if (!block.open) protect(data, block, true);
  known.released[block.bytes].push_back(data);
  known.kept += block.bytes;
  return true;
}

}  // namespace

// Kokkos's host memory, and nobody else's here, comes from this pair.
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  if (size >= header) return allocate(size);
  return std::aligned_alloc(static_cast<std::size_t>(alignment), (size + 127) / 128 * 128);
}
void operator delete(void* pointer, std::align_val_t, const std::nothrow_t&) noexcept {
  if (pointer && !release(pointer)) std::free(pointer);
}

extern "C" {

struct SpaceName {
  char name[64];
};

/// For the tests: is it loaded both ways?
bool plumbline_host_access_is_guarded = false;

void kokkosp_init_library(int, std::uint64_t, std::uint32_t, void*) {
  struct sigaction action = {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGSEGV, &action, &before);
  void* frame[1];
  backtrace(frame, 1);  // loads what it needs now, not inside a handler
  plumbline_host_access_is_guarded = true;
}

void kokkosp_finalize_library() {
  if (running == 0) return;
  std::fprintf(stderr, "host_access: %d kernels or copies never ended: nothing was guarded\n",
               running.load());
  _exit(refused);
}

/// tests/kokkos_main.cpp says which test begins.
void kokkosp_profile_event(const char* name) {
  std::snprintf(test, sizeof test, "%s", name);
  launches.clear();
}

void kokkosp_allocate_data(SpaceName, const char* label, const void* pointer, std::uint64_t) {
  Blocks& known = blocks();
  const std::lock_guard lock(known.mutex);
  const auto at = known.find(pointer);
  if (at == known.all.end()) {
    std::fprintf(stderr, "host_access: '%s' was not allocated as expected\n", label);
    _exit(refused);
  }
  Block& block = at->second;
  block.label = label;
  block.device = !block.label.ends_with("_mirror") && !block.label.starts_with("Kokkos::");
  if (!block.device) return;
  if (running == 0 && due(label))
    protect(at->first, block, false);
  else
    known.opened.push_back(at->first);
}

void kokkosp_begin_parallel_for(const char* name, std::uint32_t, std::uint64_t*) {
  begin(name);
}
void kokkosp_end_parallel_for(std::uint64_t) {
  end();
}
void kokkosp_begin_parallel_reduce(const char* name, std::uint32_t, std::uint64_t*) {
  begin(name);
}
void kokkosp_end_parallel_reduce(std::uint64_t) {
  end();
}
void kokkosp_begin_parallel_scan(const char* name, std::uint32_t, std::uint64_t*) {
  begin(name);
}
void kokkosp_end_parallel_scan(std::uint64_t) {
  end();
}
void kokkosp_begin_deep_copy(SpaceName, const char* to, const void*, SpaceName, const char*,
                             const void*, std::uint64_t) {
  begin(to);
}
void kokkosp_end_deep_copy() {
  end();
}

}  // extern "C"
