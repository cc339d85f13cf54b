// Where targets put what they read.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "core/errors.hpp"
#include "fuzz/targets.hpp"

namespace plumbline::fuzz {
namespace {

struct Folder {
  std::filesystem::path path;

  Folder() {
    const std::filesystem::path memory = "/dev/shm";
    std::error_code none;
    path = std::filesystem::is_directory(memory, none) ? memory
                                                       : std::filesystem::temp_directory_path();
    path /= "plumbline-fuzz-" + std::to_string(::getpid());
    std::filesystem::create_directories(path);
  }
  ~Folder() {
    std::error_code none;
    std::filesystem::remove_all(path, none);
  }
};

}  // namespace

void refusals_are_fine(const std::function<void()>& body) {
  try {
    body();
  } catch (const SpecError&) {
  } catch (const IoError&) {
  }
}

std::filesystem::path as_file(const std::string& name, Input bytes) {
  static const Folder folder;
  std::filesystem::path path = folder.path / name;
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (!file || std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size() ||
      std::fclose(file) != 0) {
    std::fprintf(stderr, "cannot write %s\n", path.c_str());
    std::_Exit(1);
  }
  return path;
}

}  // namespace plumbline::fuzz
