/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Identify: which file system the finished image has, and under what label.
 */
#ifndef THECA_RIP_IDENTIFY_H
#define THECA_RIP_IDENTIFY_H

#include "base/error.h"
#include "store/deposit.h"

/*
 * Looks into the image at path and fills the deposit's file_system, claimed_sectors, volume_sectors and volume_label; disc, format and sector_size are known.
 * In a BIN image it is the first data track of the last session that has one: a later session takes the place of those before it. An image without a
 * known file system is no error.
 */
int deposit_identify(struct deposit *deposit, const char *path, struct error *err);

#endif
