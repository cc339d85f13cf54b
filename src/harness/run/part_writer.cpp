// Batches of records → part files.
#include "harness/run/part_writer.hpp"

#include <fmt/format.h>

namespace plumbline {

void PartWriter::add(CellRecord record) {
  const std::string hash = record.hash;
  part_.cells.push_back(std::move(record));
  added(hash);
}

void PartWriter::add(NullRecord record) {
  const std::string hash = record.hash;
  part_.nulls.push_back(std::move(record));
  added(hash);
}

void PartWriter::added(const std::string& hash) {
  if (first_hash_.empty()) first_hash_ = hash;
  if (since_commit_.seconds() > patience) commit();
}

void PartWriter::commit() {
  if (!first_hash_.empty()) {
    std::filesystem::create_directories(folder_);
    // The hash keeps apart the shards that write to one folder.
    write_part(folder_ / fmt::format("{:08d}-{:.16}{}", sequence_++, first_hash_, part_extension),
               part_);
  }
  part_ = {};
  first_hash_.clear();
  since_commit_ = {};
}

}  // namespace plumbline
